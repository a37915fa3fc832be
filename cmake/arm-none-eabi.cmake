# Toolchain file for bare-metal Cortex-M with arm-none-eabi-gcc.
#
#   cmake --toolchain .../arm-none-eabi.cmake -DAPPROX_CPU=cortex-m4
#
# APPROX_CPU is cortex-m0plus, cortex-m3, cortex-m4, cortex-m7 or cortex-m33.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)

set(_approx_fpu_cortex-m0plus "-mfloat-abi=soft")
set(_approx_fpu_cortex-m3 "-mfloat-abi=soft")
set(_approx_fpu_cortex-m4 "-mfloat-abi=hard -mfpu=fpv4-sp-d16")
set(_approx_fpu_cortex-m7 "-mfloat-abi=hard -mfpu=fpv5-sp-d16")
set(_approx_fpu_cortex-m33 "-mfloat-abi=hard -mfpu=fpv5-sp-d16")
if(NOT DEFINED _approx_fpu_${APPROX_CPU})
  message(FATAL_ERROR "APPROX_CPU is '${APPROX_CPU}'; it names the core: "
                      "cortex-m0plus, cortex-m3, cortex-m4, cortex-m7 or cortex-m33")
endif()

# The compiler is tried without linking: there is no board yet that a program could run on.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES APPROX_CPU)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
foreach(_approx_language C CXX ASM)
  set(CMAKE_${_approx_language}_FLAGS_INIT
      "-mcpu=${APPROX_CPU} -mthumb ${_approx_fpu_${APPROX_CPU}}")
endforeach()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
