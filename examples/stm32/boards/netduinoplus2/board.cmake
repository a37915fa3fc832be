# Netduino Plus 2: Cortex-M4 of the STM32F405RG at 168 MHz; any ST-LINK on its SWD pins.
set(BOARD_CPU cortex-m4)
set(BOARD_TARGET stm32f4)
set(BOARD_MEGAHERTZ 168)
set(BOARD_FLASH_BUDGET 992K)  # 1 MiB less 32 KiB for the rest of the firmware
set(BOARD_RAM_BUDGET 112K)    # 128 KiB less the stack, buffers and variables
set(BOARD_OPENOCD -f interface/stlink.cfg -f target/stm32f4x.cfg)
