# ashlar_test(<folder> [extra libraries...])
# Makes ashlar_<folder>_test from the *_test.cc files of the current folder and the helpers beside
# them, and registers every test with ctest as <folder>.<Suite>.<Test>. Does nothing while the folder
# holds no test.
include(GoogleTest)

set(ashlar_test_optimization -O1)
if(ASHLAR_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(ashlar_test_optimization -O0)
endif()

function(ashlar_test folder)
  file(GLOB tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  if(NOT tests)
    return()
  endif()
  set(target ashlar_${folder}_test)
  add_executable(${target} ${sources})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}"
                                               "${PROJECT_SOURCE_DIR}/include")
  target_compile_definitions(${target} PRIVATE ASHLAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  foreach(library ashlar_${folder} ashlar_testing)
    if(TARGET ${library})
      target_link_libraries(${target} PRIVATE ${library})
    endif()
  endforeach()
  target_link_libraries(${target} PRIVATE ${ARGN} GTest::gtest_main GTest::gmock)
  ashlar_precompile(${target} TESTS)
  # Most of a test's time is the library's, and most of its build the optimiser's.
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${ashlar_test_optimization}>")
  gtest_discover_tests(${target} TEST_PREFIX "${folder}." DISCOVERY_TIMEOUT 120
                       PROPERTIES TIMEOUT 900)
endfunction()
