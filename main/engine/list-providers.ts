/**
 * The execution providers that this build of ONNX Runtime knows; whether one works is proven by a session in a worker.
 */
import { listSupportedBackends } from 'onnxruntime-node';

export function listProviders(): string[] {
  return listSupportedBackends().map((backend) => backend.name);
}
