//! A value that each process makes for itself, so that nothing is shared across `fork()`.

use std::process;
use std::sync::OnceLock;

/// Holds connections, caches and session stores. A forked child finds the parent's value unusable
/// (its sockets are shared, its locks may be held by threads that do not exist here): it is never
/// used and never dropped there, and the child makes its own. Costs one `getpid` per access.
///
/// No lock is held while a value is made: a process that forks in that moment would leave its child
/// waiting for ever. Two threads may therefore both make one; the second is thrown away.
pub(crate) struct PerProcess<T> {
    owner: u32,
    process_id: fn() -> u32,
    /// `None` only while being dropped.
    value: Option<T>,
    child: OnceLock<Box<Self>>,
}

impl<T> PerProcess<T> {
    /// The value for the process that runs this.
    pub(crate) fn new(value: T) -> Self {
        Self::owned(value, process::id)
    }

    fn owned(value: T, process_id: fn() -> u32) -> Self {
        PerProcess { owner: process_id(), process_id, value: Some(value), child: OnceLock::new() }
    }

    /// This process's value, made by `make` if the process was forked since.
    pub(crate) fn get(&self, make: impl Fn() -> T) -> &T {
        let process = (self.process_id)();
        let mut holder = self;
        loop {
            if let Some(value) = &holder.value
                && holder.owner == process
            {
                return value;
            }
            holder = match holder.child.get() {
                Some(child) => child,
                None => {
                    let child = Box::new(Self::owned(make(), self.process_id));
                    holder.child.get_or_init(|| child)
                }
            };
        }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        if self.owner != (self.process_id)() {
            std::mem::forget(self.value.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PerProcess;
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    thread_local! {
        static PROCESS: Cell<u32> = const { Cell::new(1) };
    }

    fn pretend_to_be(process: u32) {
        PROCESS.set(process);
    }

    type Log = Rc<RefCell<Vec<&'static str>>>;

    struct Value(&'static str, Log);

    impl Drop for Value {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }

    fn parent(log: &Log) -> PerProcess<Value> {
        pretend_to_be(1);
        PerProcess::owned(Value("parent", log.clone()), || PROCESS.get())
    }

    #[test]
    fn the_owner_uses_its_value_and_makes_no_other() {
        let log = Log::default();
        let held = parent(&log);
        assert_eq!(held.get(|| panic!("made another")).0, "parent");
        drop(held);
        assert_eq!(*log.borrow(), ["parent"]);
    }

    #[test]
    fn a_child_makes_its_own_once_and_never_drops_the_parents() {
        let log = Log::default();
        let held = parent(&log);
        pretend_to_be(2);
        assert_eq!(held.get(|| Value("child", log.clone())).0, "child");
        assert_eq!(held.get(|| panic!("made twice")).0, "child");
        drop(held);
        assert_eq!(*log.borrow(), ["child"]);
    }

    #[test]
    fn a_child_that_never_used_it_drops_nothing() {
        let log = Log::default();
        let held = parent(&log);
        pretend_to_be(2);
        drop(held);
        assert!(log.borrow().is_empty());
    }

    #[test]
    fn a_grandchild_uses_neither_the_parents_nor_the_grandparents() {
        let log = Log::default();
        let held = parent(&log);
        pretend_to_be(2);
        held.get(|| Value("child", log.clone()));
        pretend_to_be(3);
        assert_eq!(held.get(|| Value("grandchild", log.clone())).0, "grandchild");
        drop(held);
        assert_eq!(*log.borrow(), ["grandchild"]);
    }

    #[test]
    fn threads_that_arrive_together_end_with_one_value() {
        let held = PerProcess::new(1);
        std::thread::scope(|scope| {
            let seen: Vec<_> = (0..8).map(|_| scope.spawn(|| held.get(|| 2))).collect();
            assert!(seen.into_iter().all(|thread| *thread.join().unwrap() == 1));
        });
    }
}
