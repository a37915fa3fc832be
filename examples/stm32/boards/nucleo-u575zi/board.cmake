# NUCLEO-U575ZI-Q: Cortex-M33 of the STM32U575ZI at 160 MHz; ST-LINK/V3E.
set(BOARD_CPU cortex-m33)
set(BOARD_TARGET stm32u5)
set(BOARD_MEGAHERTZ 160)
set(BOARD_FLASH_BUDGET 2016K)  # 2 MiB less 32 KiB for the rest of the firmware
set(BOARD_RAM_BUDGET 736K)     # 768 KiB less the stack, buffers and variables
set(BOARD_OPENOCD -f interface/stlink.cfg -f target/stm32u5x.cfg)
