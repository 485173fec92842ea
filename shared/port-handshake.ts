// The one word by which the page hands a message port to the preload, and the preload to the main process.
export const PORT_HANDSHAKE = 'orrery:port';
