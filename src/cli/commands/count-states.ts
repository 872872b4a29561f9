/** `2 ready, 1 starting`: how many are in which state, in the order of `states`; empty for none. */
export function countStates(items: readonly { readonly state: string }[], states: readonly string[]): string {
  return states
    .flatMap((state) => {
      const count = items.filter((item) => item.state === state).length;
      return count > 0 ? [`${count} ${state}`] : [];
    })
    .join(', ');
}
