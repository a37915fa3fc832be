# NUCLEO-F446RE: Cortex-M4 of the STM32F446RE at 180 MHz; ST-LINK/V2-1. To the compiler and the
# simulator it is an STM32F4: core, flash and ART accelerator are those of the F405.
set(BOARD_CPU cortex-m4)
set(BOARD_TARGET stm32f4)
set(BOARD_MEGAHERTZ 180)
set(BOARD_FLASH_BUDGET 480K)  # 512 KiB less 32 KiB for the rest of the firmware
set(BOARD_RAM_BUDGET 112K)    # 128 KiB less the stack, buffers and variables
set(BOARD_OPENOCD -f board/st_nucleo_f4.cfg)
