// The only place that loads onnxruntime-node, so that nothing loads it before its telemetry is off.
import './silence';

// biome-ignore lint/performance/noBarrelFile: a gate in front of one package, not a collection of modules
export { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
