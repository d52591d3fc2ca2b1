dnl The extension, with libkopeck.a inside it and hidden.
dnl
dnl --with-kopeck            looks for libkopeck.a: in the checkout that this folder is part of
dnl                          (building it with cargo if it is not there yet), then where pkg-config says
dnl --with-kopeck=DIR        DIR/lib/libkopeck.a and DIR/include/kopeck.h, or a checkout

PHP_ARG_WITH([kopeck],
  [for Kopeck],
  [AS_HELP_STRING([--with-kopeck[=DIR]], [Include Kopeck: payments. DIR holds lib and include, or is a checkout])],
  [yes])

if test "$PHP_KOPECK" != "no"; then
  KOPECK_LIB=""
  kopeck_checkout=`cd "$srcdir/../../.." 2>/dev/null && pwd`
  if test "$PHP_KOPECK" != "yes"; then
    kopeck_checkout="$PHP_KOPECK"
  fi

  AC_MSG_CHECKING([for libkopeck.a])
  if test -f "$PHP_KOPECK/lib/libkopeck.a"; then
    KOPECK_LIB="$PHP_KOPECK/lib/libkopeck.a"
    KOPECK_INCLUDE="$PHP_KOPECK/include"
  elif test -f "$kopeck_checkout/ffi/Cargo.toml"; then
    KOPECK_LIB="$kopeck_checkout/target/release/libkopeck.a"
    KOPECK_INCLUDE="$kopeck_checkout/include"
    if test ! -f "$KOPECK_LIB"; then
      AC_MSG_RESULT([not built yet])
      command -v cargo >/dev/null 2>&1 || AC_MSG_ERROR([cargo is needed to build libkopeck.a: install Rust with rustup])
      AC_MSG_NOTICE([cargo builds libkopeck.a: that takes some minutes])
      (cd "$kopeck_checkout" && CARGO_TARGET_DIR=target cargo build --locked --release -p kopeck-ffi >&2) || AC_MSG_ERROR([cargo could not build libkopeck.a])
      AC_MSG_CHECKING([for libkopeck.a])
    fi
  elif pkg-config --exists kopeck 2>/dev/null; then
    KOPECK_LIB=`pkg-config --variable=libdir kopeck`/libkopeck.a
    KOPECK_INCLUDE=`pkg-config --variable=includedir kopeck`
  fi
  if test ! -f "$KOPECK_LIB"; then
    AC_MSG_ERROR([not found: run make build in a checkout of Kopeck, and give it as --with-kopeck=DIR])
  fi
  AC_MSG_RESULT([$KOPECK_LIB])

  dnl Only what PHP asks for leaves the file: another copy of Rust in the process never meets ours.
  case $host_os in
    darwin*) ;;
    *) KOPECK_SHARED_LIBADD="-Wl,--exclude-libs,ALL -Wl,--gc-sections" ;;
  esac
  KOPECK_SHARED_LIBADD="$KOPECK_LIB $KOPECK_SHARED_LIBADD -lpthread -ldl -lm"
  PHP_SUBST([KOPECK_SHARED_LIBADD])
  PHP_ADD_INCLUDE([$KOPECK_INCLUDE])
  PHP_NEW_EXTENSION([kopeck], [kopeck.c], [$ext_shared],, [-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1])
fi
