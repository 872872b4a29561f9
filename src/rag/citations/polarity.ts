const english =
  /\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|hardly|rarely|unable|lacks?|lacking|fail(?:s|ed)?\sto|refus(?:e|es|ed)\sto|forbidden|prohibited|den(?:y|ies|ied)|except)\b|n['’]t\b/giu;
/** 不 and its like inside words that deny nothing. */
const hanHarmless =
  /不同|不仅|不但|不断|不过|不久|不管|不论|不少|不只|不得不|不妨|不锈钢|非常|非洲|无论|无线|无数|未来|莫非|除非|并非不|差不多|没有不|无不|无非|不必要|不可或缺|不光|不止|不等式|不远|不禁|不如/gu;
const han = /[不没沒無无未勿莫]|非(?!常|洲)|并非|禁止|拒绝|不得|未曾|从未|除外|以外/gu;

/** How many words of denial a text holds. */
export function denials(text: string): number {
  return [...text.matchAll(english)].length + [...text.replace(hanHarmless, '').matchAll(han)].length;
}

const opposites: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\b(?:increas|r[io]se|rising|grew|grow|raise|climb)\w*|增加|上升|提高|增长|上涨/iu,
    /\b(?:decreas|f[ae]ll|decline|drop|reduc|shrink|shrank|lower)\w*|减少|下降|降低|下跌/iu,
  ],
  [/\b(?:before|earlier|prior)\b|之前|以前/iu, /\b(?:after|later|following)\b|之后|以后/iu],
  [
    /\b(?:more|above|over|exceed\w*|at\sleast|minimum|greater|larger|higher)\b|以上|超过|至少|高于|大于|最小/iu,
    /\b(?:less|fewer|below|under|at\smost|maximum|up\sto|smaller|lower)\b|以下|低于|至多|最多|不超过|少于|小于|最大/iu,
  ],
  [/\b(?:open|opens|opened)\b|打开|开启/iu, /\b(?:close|closes|closed|shut)\b|关闭/iu],
  [
    /\b(?:allow|permit|accept|includ|enabl)\w*|允许|可以|接受|包括/iu,
    /\b(?:forbid|forbidden|prohibit\w*|reject\w*|exclud\w*|disabl\w*|deny|denied)\b|禁止|拒绝|不得|不包括/iu,
  ],
  [
    /\b(?:first|earliest|oldest|highest|largest|longest|best|most)\b|最早|最高|最大|最长|最多/iu,
    /\b(?:last|latest|newest|lowest|smallest|shortest|worst|least)\b|最晚|最低|最小|最短|最少/iu,
  ],
  [/\b(?:start|begin|began)\w*|开始/iu, /\b(?:stop|end|ended|finish)\w*\b|结束|停止/iu],
  [/\b(?:won|win|wins|victory|defeated)\b|胜利|获胜|赢/iu, /\b(?:lost|lose|loses|defeat)\b|失败|输/iu],
  [/\b(?:buy|bought|acquired)\b|购买|收购|买入/iu, /\b(?:sell|sold)\b|出售|卖出/iu],
  [/\b(?:north|northern)\b|北/iu, /\b(?:south|southern)\b|南/iu],
  [/\b(?:east|eastern)\b|东/iu, /\b(?:west|western)\b|西/iu],
  [/\b(?:left)\b|左/iu, /\b(?:right)\b|右/iu],
];

/** The claim says one side of a pair of opposites, and the evidence only the other. */
function contradicts(claim: string, evidence: string): boolean {
  return opposites.some(([one, other]) => {
    const [claimOne, claimOther] = [one.test(claim), other.test(claim)];
    const [statedOne, statedOther] = [one.test(evidence), other.test(evidence)];
    return (
      (claimOne && !claimOther && statedOther && !statedOne) ||
      (claimOther && !claimOne && statedOne && !statedOther)
    );
  });
}

/** Do claim and evidence point the same way? Cautious: doubt says no, which leaves a true claim unverified at worst. */
export function polarityAgrees(claim: string, evidence: string): boolean {
  return denials(claim) % 2 === denials(evidence) % 2 && !contradicts(claim, evidence);
}
