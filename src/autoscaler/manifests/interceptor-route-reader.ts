import { checkSchema } from './check-schema.ts';
import { httpScaledObjectSchema } from './http-scaled-object-schema.ts';
import { toHttpScaledObject } from './http-scaled-object.ts';
import { interceptorRouteSchema } from './interceptor-route-schema.ts';
import { toInterceptorRoute } from './interceptor-route.ts';
import type { Reader } from './manifest-readers.ts';
import type { Complain } from './to-deployment.ts';
import { specOf, warnOfUnknownFields } from './unknown-fields.ts';

/** What is wrong breaks the schema; what only a cluster does is a warning of this machine. */
const sayTo =
  (complain: Parameters<Reader>[3]): Complain =>
  (path, message, severity) =>
    complain(severity === 'warning' ? 'here-route' : 'schema', path, message, severity);

export const readInterceptorRoute: Reader = (value, source, into, complain) => {
  warnOfUnknownFields(interceptorRouteSchema.shape.spec, specOf(value), complain, ['spec']);
  const manifest = checkSchema(interceptorRouteSchema, value, complain);
  if (manifest) into.interceptorRoutes.push(toInterceptorRoute(manifest, source, sayTo(complain)));
};

/** An HTTPScaledObject is two objects to everybody else: the ones that the add-on makes of it. */
export const readHttpScaledObject: Reader = (value, source, into, complain) => {
  warnOfUnknownFields(httpScaledObjectSchema.shape.spec, specOf(value), complain, ['spec']);
  const manifest = checkSchema(httpScaledObjectSchema, value, complain);
  if (!manifest) return;
  const { route, scaledObject } = toHttpScaledObject(manifest, source, sayTo(complain));
  into.interceptorRoutes.push(route);
  if (scaledObject) into.scaledObjects.push(scaledObject);
};
