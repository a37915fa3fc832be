# ApproxOpt: networks as C, compiled by approx-opt while the firmware is built.
#
#   execute_process(COMMAND ${Python3_EXECUTABLE} -m approx_opt.compiler --cmake-dir
#                   OUTPUT_VARIABLE ApproxOpt_DIR OUTPUT_STRIP_TRAILING_WHITESPACE)
#   find_package(ApproxOpt 0.1 CONFIG REQUIRED)
#
# Functions:  add_approx_model() in AddApproxModel.cmake, approx_target_board() in
#             ApproxOptBoard.cmake.
# Variables:  ApproxOpt_EXECUTABLE  the command that runs the compiler, in place of
#             `${Python3_EXECUTABLE} -m approx_opt.compiler`. It runs on the machine that builds,
#             also when the firmware is for another.

cmake_policy(PUSH)
cmake_policy(VERSION 3.20...3.31)

set(ApproxOpt_EXECUTABLE "" CACHE STRING "Command of the approx-opt compiler; empty: Python's")

set(_approx_missing "")
if(NOT ApproxOpt_EXECUTABLE)
  # A toolchain file may confine searches to the target's files; Python is the build machine's.
  set(_approx_mode "${CMAKE_FIND_ROOT_PATH_MODE_PROGRAM}")
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
  find_package(Python3 3.11 QUIET COMPONENTS Interpreter)
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM "${_approx_mode}")
  unset(_approx_mode)
  if(Python3_Interpreter_FOUND)
    # The first Python on the path need not be the one that has this package.
    execute_process(COMMAND "${Python3_EXECUTABLE}" -P -c "import approx_opt.compiler"
                    RESULT_VARIABLE _approx_missing OUTPUT_QUIET ERROR_QUIET)
    if(_approx_missing)
      set(_approx_missing "${Python3_EXECUTABLE} has no package approx-opt; activate the \
environment that has, or set Python3_EXECUTABLE or ApproxOpt_EXECUTABLE")
    endif()
  else()
    set(_approx_missing "the compiler needs Python 3.11 or newer; set Python3_EXECUTABLE or \
ApproxOpt_EXECUTABLE")
  endif()
endif()

if(_approx_missing)
  set(ApproxOpt_FOUND FALSE)
  set(ApproxOpt_NOT_FOUND_MESSAGE "${_approx_missing}")
else()
  include("${CMAKE_CURRENT_LIST_DIR}/AddApproxModel.cmake")
  include("${CMAKE_CURRENT_LIST_DIR}/ApproxOptBoard.cmake")
endif()
unset(_approx_missing)

cmake_policy(POP)
