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

if(NOT ApproxOpt_EXECUTABLE)
  # A toolchain file may confine searches to the target's files; Python is the build machine's.
  set(_approx_mode "${CMAKE_FIND_ROOT_PATH_MODE_PROGRAM}")
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
  find_package(Python3 3.11 QUIET COMPONENTS Interpreter)
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM "${_approx_mode}")
  unset(_approx_mode)
  if(NOT Python3_Interpreter_FOUND)
    set(ApproxOpt_FOUND FALSE)
    set(ApproxOpt_NOT_FOUND_MESSAGE
        "the compiler needs Python 3.11 or newer; set Python3_EXECUTABLE or ApproxOpt_EXECUTABLE")
    cmake_policy(POP)
    return()
  endif()
endif()

include("${CMAKE_CURRENT_LIST_DIR}/AddApproxModel.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/ApproxOptBoard.cmake")

cmake_policy(POP)
