const sentences = {
  en: 'This is not in your documents.',
  zh: '您的文档中没有这个问题的答案。',
  ja: 'ご質問の答えは文書の中にありません。',
  ko: '문서에 이 질문의 답이 없습니다.',
} as const;

function languageOf(question: string): keyof typeof sentences {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(question)) return 'ja';
  if (/\p{Script=Hangul}/u.test(question)) return 'ko';
  return /\p{Script=Han}/u.test(question) ? 'zh' : 'en';
}

/** "Not in your documents", in the language of the question where it is known, else English. */
export function notInDocuments(question: string): string {
  return sentences[languageOf(question)];
}

/** Does an answer say that the documents do not hold it? Models add a word or two round the sentence they were given. */
export function saysNotInDocuments(answer: string): boolean {
  const plain = answer.trim();
  return Object.values(sentences).some(
    (sentence) => plain.length < sentence.length * 3 && plain.includes(sentence.slice(0, -1)),
  );
}
