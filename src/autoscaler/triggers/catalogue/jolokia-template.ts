/** What a whole Jolokia URL says about where its number comes from; empty where it does not say. */
export interface JolokiaTemplate {
  readonly broker: string;
  readonly queue: string;
}

/** Reads `restAPITemplate` of an activemq trigger: `…:type=Broker,brokerName=b,…,destinationName=q/QueueSize`. */
export function activemqTemplate(url: string): JolokiaTemplate {
  return { broker: named(url, 'brokerName'), queue: named(url, 'destinationName') };
}

/** Reads `restApiTemplate` of an artemis-queue trigger: `…:broker="b",…,queue="q"/MessageCount`. */
export function artemisTemplate(url: string): JolokiaTemplate {
  const plain = url.replace(/\\?"|%22|&quot;/g, '');
  return { broker: named(plain, 'broker'), queue: named(plain, 'queue') };
}

const named = (url: string, name: string): string =>
  new RegExp(`[:,]${name}=([^,/]*)`).exec(url)?.[1]?.trim() ?? '';
