dnl The extension, with libkopeck.a inside it and hidden.
dnl
dnl ./configure                     takes libkopeck.a from the checkout that this folder is part of (and
dnl                                 builds it with cargo first), else from where pkg-config says
dnl ./configure --with-kopeck=DIR   takes DIR/lib/libkopeck.a and DIR/include/kopeck.h, as make install
dnl                                 lays them, or DIR is a checkout

PHP_ARG_WITH([kopeck],
  [for Kopeck],
  [AS_HELP_STRING([[--with-kopeck[=DIR]]],
    [Include Kopeck: payments. DIR holds lib and include, or is a checkout])],
  [yes])

if test "$PHP_KOPECK" != "no"; then
  if test "$PHP_KOPECK" != "yes"; then
    kopeck_folder="$PHP_KOPECK"
  else
    dnl Physical: installers build in a folder that they have linked.
    kopeck_folder=`cd "$srcdir" && cd "$(pwd -P)/../../.." && pwd`
    if test ! -f "$kopeck_folder/ffi/Cargo.toml"; then
      kopeck_folder=`${PKG_CONFIG:-pkg-config} --variable=prefix kopeck 2>/dev/null`
    fi
  fi

  AC_MSG_CHECKING([for libkopeck.a])
  KOPECK_INCLUDE="$kopeck_folder/include"
  if test -f "$kopeck_folder/ffi/Cargo.toml"; then
    KOPECK_LIB="$kopeck_folder/target/release/libkopeck.a"
    if test ! -f "$KOPECK_LIB"; then
      AC_MSG_RESULT([not built yet])
      command -v cargo >/dev/null 2>&1 || AC_MSG_ERROR([cargo is needed to build libkopeck.a: install Rust 1.88 or later with rustup, or give the folder of an installed Kopeck as --with-kopeck=DIR])
      AC_MSG_NOTICE([cargo builds libkopeck.a: that takes some minutes])
      (cd "$kopeck_folder" && CARGO_TARGET_DIR=target cargo build --locked --release -p kopeck-ffi >&2) || AC_MSG_ERROR([cargo could not build libkopeck.a])
      AC_MSG_CHECKING([for libkopeck.a])
    fi
  else
    KOPECK_LIB="$kopeck_folder/lib/libkopeck.a"
  fi
  if test ! -f "$KOPECK_LIB" || test ! -f "$KOPECK_INCLUDE/kopeck.h"; then
    AC_MSG_ERROR([not found: run make build and make install in a checkout of Kopeck and give --with-kopeck=PREFIX, or give the checkout itself])
  fi
  AC_MSG_RESULT([$KOPECK_LIB])

  dnl Only what PHP asks for leaves the file: another copy of Rust in the process never meets ours.
  case $host_os in
    darwin*) kopeck_flags="-framework Security -framework CoreFoundation" ;;
    *) kopeck_flags="-Wl,--exclude-libs,ALL -Wl,--gc-sections -lpthread -ldl -lm" ;;
  esac
  KOPECK_SHARED_LIBADD="$KOPECK_LIB $kopeck_flags"
  PHP_SUBST([KOPECK_SHARED_LIBADD])
  PHP_ADD_INCLUDE([$KOPECK_INCLUDE])
  PHP_NEW_EXTENSION([kopeck], [kopeck.c], [$ext_shared],, [-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1])
fi
