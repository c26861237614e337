/** @module Which hosts a service may connect to. */
export {
  type AddressGuard,
  type AddressGuardOptions,
  type AddressResolver,
  createAddressGuard,
  type HostProblem,
} from './address-guard.ts';
export { isPrivateAddress, isPrivateName } from './private-addresses.ts';
