import { AppError } from '../../../contract/app-error.ts';

/** A text, or an element with attributes (`-name`), children by name, and its own text (`#text`). */
export type XmlValue = string | { readonly [name: string]: readonly XmlValue[] };

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)|</g;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  readonly children: Record<string, XmlValue[]>;
  text: string;
}

/**
 * A small reader for answers of services: elements, attributes, text, CDATA. Entities of a document's own are not
 * expanded, so there is nothing to blow up.
 *
 * @throws AppError `upstream-failed` when it is not well formed.
 */
export function parseXml(xml: string): XmlValue {
  const root: Open = { name: '', children: {}, text: '' };
  const stack: Open[] = [root];
  for (const [whole, cdata, closing, opening, attributes = '', empty, text] of xml.matchAll(token)) {
    const top = stack.at(-1) ?? root;
    if (whole === '<') throw broken();
    if (cdata !== undefined) top.text += cdata;
    else if (text !== undefined) top.text += decode(text);
    else if (opening !== undefined) {
      const element: Open = { name: opening, children: {}, text: '' };
      for (const [, name = '', double, single] of attributes.matchAll(
        /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
      )) {
        element.children[`-${name}`] = [decode(double ?? single ?? '')];
      }
      if (empty === '/') close(element, top);
      else stack.push(element);
      if (stack.length > 200) throw broken();
    } else if (closing !== undefined) {
      const element = stack.pop();
      const parent = stack.at(-1);
      if (!element || !parent || element.name !== closing) throw broken();
      close(element, parent);
    }
  }
  if (stack.length !== 1 || Object.keys(root.children).length === 0) throw broken();
  return root.children;
}

function close(element: Open, parent: Open): void {
  const text = element.text.trim();
  const isText = Object.keys(element.children).length === 0;
  if (!isText && text !== '') element.children['#text'] = [text];
  (parent.children[element.name] ??= []).push(isText ? text : element.children);
}

const broken = (): AppError => new AppError('upstream-failed', 'The answer is not well-formed XML.');

const decode = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    return entities[String(name)] ?? whole;
  });

/**
 * The first value at a path of element names with dots, beginning with the root element; `[n]` picks among elements of
 * one name, `-name` is an attribute, `*` any element.
 *
 * @returns undefined when nothing is there.
 */
export function xmlByPath(document: XmlValue, path: string): XmlValue | undefined {
  let values: readonly XmlValue[] = [document];
  for (const part of path.split('.')) {
    const [, name = part, index] = /^([^[\]]+)\[(\d+)\]$/.exec(part) ?? [];
    values = values.flatMap((value) => {
      if (typeof value === 'string') return [];
      const found = name === '*' ? Object.values(value).flat() : (value[name] ?? []);
      return index === undefined ? found : found.slice(Number(index), Number(index) + 1);
    });
  }
  const [first] = values;
  return first;
}
