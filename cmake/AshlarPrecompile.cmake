# ashlar_precompile(<target> [TESTS])
# Gives a target a precompiled header of what nearly every file of the project includes from other
# libraries: half of a build's time was parsing it, file after file. None of our own headers are in
# it, so a change of ours builds no more than before.
#
# Not with ccache, which would keep nothing of such builds. And with GCC not in what is no test: its
# optimiser does not know what comes from a precompiled header as a system's, and warns falsely about
# the standard library's strings and vectors. So there is always a build with all warnings, in which
# a file of ours that forgets an include fails.
option(ASHLAR_PRECOMPILE "Precompile headers of other libraries, without ccache" ON)

set(ashlar_common_headers
    <algorithm> <atomic> <cstdint> <functional> <map> <memory> <mutex> <optional> <span> <string>
    <string_view> <utility> <vector> "absl/status/status.h" "absl/status/statusor.h")

function(ashlar_precompile target)
  if(NOT ASHLAR_PRECOMPILE OR CMAKE_CXX_COMPILER_LAUNCHER)
    return()
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(NOT "TESTS" IN_LIST ARGN)
      return()
    endif()
    target_compile_options(
      ${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:-Wno-array-bounds;-Wno-stringop-overflow>"
                        "$<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overread>")
  endif()
  set(headers ${ashlar_common_headers})
  if("TESTS" IN_LIST ARGN)
    list(APPEND headers <gtest/gtest.h> <gmock/gmock.h>)
  endif()
  set(for_cxx)
  foreach(header ${headers})
    string(REPLACE "<" "" header "${header}")
    string(REPLACE ">" "" header "${header}")
    list(APPEND for_cxx "$<$<COMPILE_LANGUAGE:CXX>:<${header}$<ANGLE-R>>")
  endforeach()
  target_precompile_headers(${target} PRIVATE ${for_cxx})
endfunction()
