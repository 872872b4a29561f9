/** Our mark: a gate between two posts. It is lifted as far as replicas are ready, and the water runs below it. */
export function Gate({ openRatio }: { readonly openRatio: number }) {
  const open = Math.min(1, Math.max(0, openRatio));
  const lift = open === 0 ? 0 : 3 + open * 5;
  return (
    <svg class="gate" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path class="gate-water" d="M2 20q3.5-2.6 7 0t7 0t7 0t7 0V27a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2z" />
      <rect class="gate-plate" x="9.5" y={11 - lift} width="13" height="15" rx="1.2" />
      <path class="gate-posts" d="M7 29V5m18 24V5M4.5 5h5m13 0h5" />
    </svg>
  );
}
