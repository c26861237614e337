import { join } from 'node:path';
import { testFirstSample } from '../../../readme.shared.ts';

testFirstSample(join(import.meta.dirname, '..'));
