/** A parsed formula. Whole numbers are bigint, floats are number: the language keeps them apart. */
export type FormulaNode =
  | { readonly kind: 'literal'; readonly value: bigint | number | string | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  /** `#`: the element a closure is looking at; with a name one of its companions, `#index` and `#acc`. */
  | { readonly kind: 'element'; readonly which: '' | 'index' | 'acc' }
  | { readonly kind: 'array'; readonly items: readonly FormulaNode[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, FormulaNode])[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: FormulaNode }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: FormulaNode;
      readonly right: FormulaNode;
    }
  | {
      readonly kind: 'choice';
      readonly test: FormulaNode;
      readonly whenTrue: FormulaNode;
      readonly whenFalse: FormulaNode;
    }
  | {
      readonly kind: 'let';
      readonly name: string;
      readonly value: FormulaNode;
      readonly body: FormulaNode;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly FormulaNode[] }
  | {
      readonly kind: 'index';
      readonly object: FormulaNode;
      readonly key: FormulaNode;
      readonly optional: boolean;
    }
  | {
      readonly kind: 'slice';
      readonly object: FormulaNode;
      readonly from: FormulaNode | null;
      readonly to: FormulaNode | null;
    };
