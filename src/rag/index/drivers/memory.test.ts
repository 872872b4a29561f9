import { conformance } from '../conformance.ts';
import { createMemoryIndex } from './memory.ts';

conformance('memory', async () => createMemoryIndex());
