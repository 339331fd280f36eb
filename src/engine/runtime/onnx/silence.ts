/**
 * ONNX Runtime 1.29 and later, on Linux and macOS, keep a device identifier in the user's cache and report to Microsoft
 * about every session, unless this variable is set before the library is loaded. Warmstart sends nothing anywhere.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
