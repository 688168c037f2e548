# Defines ashlar_blake3: the system's libblake3 where it exists, else the C and assembly sources that
# Debian's librust-blake3-dev installs, compiled in place. They are never copied into the repository.

find_path(ASHLAR_blake3_INCLUDE blake3.h)
find_library(ASHLAR_blake3_LIBRARY blake3)
mark_as_advanced(ASHLAR_blake3_INCLUDE ASHLAR_blake3_LIBRARY)

if(ASHLAR_blake3_INCLUDE AND ASHLAR_blake3_LIBRARY)
  add_library(ashlar_blake3 INTERFACE)
  target_include_directories(ashlar_blake3 SYSTEM INTERFACE "${ASHLAR_blake3_INCLUDE}")
  target_link_libraries(ashlar_blake3 INTERFACE "${ASHLAR_blake3_LIBRARY}")
  return()
endif()

file(GLOB ashlar_blake3_dirs /usr/share/cargo/registry/blake3-*/c)
if(NOT ashlar_blake3_dirs)
  message(FATAL_ERROR "BLAKE3 not found: install libblake3-dev or librust-blake3-dev")
endif()
list(SORT ashlar_blake3_dirs COMPARE NATURAL ORDER DESCENDING)
list(GET ashlar_blake3_dirs 0 ashlar_blake3_dir)

set(ashlar_blake3_sources blake3.c blake3_dispatch.c blake3_portable.c)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  file(GLOB ashlar_blake3_assembly "${ashlar_blake3_dir}/*_x86-64_unix.S")
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  list(APPEND ashlar_blake3_sources blake3_neon.c)
endif()
list(TRANSFORM ashlar_blake3_sources PREPEND "${ashlar_blake3_dir}/")

add_library(ashlar_blake3 OBJECT ${ashlar_blake3_sources} ${ashlar_blake3_assembly})
target_include_directories(ashlar_blake3 SYSTEM PUBLIC "${ashlar_blake3_dir}")
set_target_properties(ashlar_blake3 PROPERTIES C_VISIBILITY_PRESET hidden)
# The assembly exports its symbols whatever the flags: a shared library that links this one must hide
# them with -Wl,--exclude-libs,ALL or a version script.
