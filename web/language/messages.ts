import type { CitationProblem } from '../../src/contract/passage.ts';

/** Every sentence of the page in one language. Numbers and names are arguments, so that word order stays free. */
export interface Messages {
  readonly htmlLang: string;
  readonly otherLanguage: string;
  readonly skip: string;
  readonly menu: string;
  readonly close: string;
  readonly loading: string;
  readonly ask: string;
  readonly askHint: string;
  readonly send: string;
  readonly stop: string;
  readonly tryAgain: string;
  readonly copy: string;
  readonly copied: string;
  readonly welcome: string;
  readonly welcomeText: string;
  readonly welcomeEmpty: string;
  readonly addDocuments: string;
  readonly you: string;
  readonly sending: string;
  readonly waking: string;
  readonly queued: string;
  readonly retrieving: string;
  readonly generating: string;
  readonly answerReady: string;
  readonly notInDocuments: string;
  readonly failed: string;
  readonly interrupted: string;
  readonly abandoned: string;
  readonly heldCold: (duration: string) => string;
  readonly held: (duration: string) => string;
  readonly verifiedCount: (verified: number, all: number) => string;
  readonly citation: (number: number, verified: boolean, source: string) => string;
  readonly passageTitle: (number: number) => string;
  readonly passages: string;
  readonly page: (page: number) => string;
  readonly verified: string;
  readonly verifiedWhy: string;
  readonly unverified: string;
  readonly problems: Readonly<Record<CitationProblem, string>>;
  readonly openDocument: string;
  readonly quoteLabel: string;
  readonly conversations: string;
  readonly newConversation: string;
  readonly noConversations: string;
  readonly untitled: string;
  readonly remove: (name: string) => string;
  readonly removeSure: string;
  readonly removeYes: string;
  readonly removeNo: string;
  readonly documents: string;
  readonly documentsText: string;
  readonly noDocuments: string;
  readonly chooseFiles: string;
  readonly dropHere: string;
  readonly documentState: Readonly<Record<'queued' | 'ingesting' | 'ready' | 'failed', string>>;
  readonly uploading: string;
  readonly dismiss: string;
  readonly chunks: (count: number) => string;
  readonly pages: (count: number) => string;
  readonly live: string;
  readonly liveConnecting: string;
  readonly liveLost: string;
  readonly asleep: string;
  readonly replicaState: Readonly<Record<'starting' | 'ready' | 'draining' | 'failed', string>>;
  readonly heldNow: (count: number) => string;
  readonly answeringNow: (count: number) => string;
  readonly closesIn: (duration: string) => string;
  readonly decisions: string;
  readonly noDecisions: string;
  readonly replicasOf: (ready: number, max: number) => string;
  readonly keyTitle: string;
  readonly keyText: string;
  readonly keyLabel: string;
  readonly keySave: string;
  readonly keyWrong: string;
  readonly cannotReach: string;
}

export type Language = 'en' | 'zh';

const en: Messages = {
  htmlLang: 'en',
  otherLanguage: '中文',
  skip: 'Skip to your question',
  menu: 'Conversations and documents',
  close: 'Close',
  loading: 'Loading…',
  ask: 'Ask your documents',
  askHint: 'Enter sends, Shift + Enter starts a new line, / brings you here',
  send: 'Send',
  stop: 'Stop',
  tryAgain: 'Try again',
  copy: 'Copy answer',
  copied: 'Copied',
  welcome: 'What would you like to know?',
  welcomeText:
    'Answers come from your documents only. Each sentence carries a number: open it to read the passage that it rests on.',
  welcomeEmpty: 'There are no documents yet. Add some, or drop them anywhere on this page.',
  addDocuments: 'Add documents',
  you: 'Your question',
  sending: 'Sending your question',
  waking: 'Waking a replica. Your question is held at the gate until it is ready',
  queued: 'All replicas are busy. Your question is held at the gate',
  retrieving: 'Searching your documents',
  generating: 'Writing the answer',
  answerReady: 'Answer:',
  notInDocuments: 'Not in your documents',
  failed: 'This question could not be answered.',
  interrupted: 'The replica stopped before the answer was complete. Your question is kept.',
  abandoned: 'You stopped this answer.',
  heldCold: (duration) => `Held ${duration} while a replica started`,
  held: (duration) => `Held ${duration} for a free replica`,
  verifiedCount: (verified, all) =>
    verified === all
      ? all === 1
        ? 'The citation is verified'
        : `All ${all} citations are verified`
      : `${verified} of ${all} citations verified`,
  citation: (number, verified, source) =>
    `Citation ${number}, ${verified ? 'verified' : 'not verified'}, ${source}`,
  passageTitle: (number) => `Passage ${number}`,
  passages: 'Cited passages',
  page: (page) => `page ${page}`,
  verified: 'Verified',
  verifiedWhy:
    'The marked words stand in the document, and numbers and names of the sentence agree with them.',
  unverified: 'Not verified',
  problems: {
    'quote-not-found': 'The quoted words do not stand in this passage.',
    'number-not-found': 'A number of the sentence is not in this passage.',
    'date-not-found': 'A date of the sentence is not in this passage.',
    'number-mismatch': 'A number of the sentence stands for something else in this passage.',
    'polarity-mismatch': 'The sentence affirms what this passage denies, or the other way round.',
    'name-not-found': 'A name of the sentence is not in this passage.',
    'words-not-found': 'Too few words of the sentence are in this passage.',
    'passage-missing': 'The passage that the answer names was not among those found.',
  },
  openDocument: 'Open document',
  quoteLabel: 'Start of the cited words',
  conversations: 'Conversations',
  newConversation: 'New conversation',
  noConversations: 'Your conversations will be listed here.',
  untitled: 'Untitled',
  remove: (name) => `Delete ${name}`,
  removeSure: 'Delete?',
  removeYes: 'Delete',
  removeNo: 'Keep',
  documents: 'Documents',
  documentsText: 'Markdown, text, HTML, PDF and Word files. They stay on this server.',
  noDocuments: 'No documents yet.',
  chooseFiles: 'Choose files',
  dropHere: 'Drop files to add them',
  documentState: { queued: 'Waiting', ingesting: 'Reading', ready: 'Ready', failed: 'Failed' },
  uploading: 'Uploading',
  dismiss: 'Dismiss',
  chunks: (count) => (count === 1 ? '1 passage' : `${count} passages`),
  pages: (count) => (count === 1 ? '1 page' : `${count} pages`),
  live: 'Replicas, live',
  liveConnecting: 'Connecting',
  liveLost: 'Live view lost, reconnecting',
  asleep: 'Asleep',
  replicaState: { starting: 'starting', ready: 'ready', draining: 'draining', failed: 'failed' },
  heldNow: (count) => `${count} held`,
  answeringNow: (count) => `${count} in flight`,
  closesIn: (duration) => `sleeps in ${duration}`,
  decisions: 'Latest decisions',
  noDecisions: 'No decision has been taken yet.',
  replicasOf: (ready, max) => `${ready} of at most ${max} replicas ready`,
  keyTitle: 'This server asks for an API key',
  keyText: 'The key is kept in this tab only and forgotten when you close it.',
  keyLabel: 'API key',
  keySave: 'Use this key',
  keyWrong: 'The server did not accept the key.',
  cannotReach: 'The server cannot be reached. Check that Sluice is running, then try again.',
};

const zh: Messages = {
  htmlLang: 'zh-CN',
  otherLanguage: 'English',
  skip: '跳到提问框',
  menu: '对话与文档',
  close: '关闭',
  loading: '正在加载……',
  ask: '向您的文档提问',
  askHint: '回车发送，Shift + 回车换行，按 / 回到这里',
  send: '发送',
  stop: '停止',
  tryAgain: '重试',
  copy: '复制回答',
  copied: '已复制',
  welcome: '您想了解什么？',
  welcomeText: '回答只来自您的文档。每句话都带有编号，点开即可查看它所依据的原文。',
  welcomeEmpty: '还没有文档。请添加文档，或将文件拖放到页面任意位置。',
  addDocuments: '添加文档',
  you: '您的问题',
  sending: '正在发送问题',
  waking: '正在唤醒副本，问题暂存在网关，就绪后立即处理',
  queued: '所有副本都在忙，问题暂存在网关',
  retrieving: '正在检索文档',
  generating: '正在撰写回答',
  answerReady: '回答：',
  notInDocuments: '文档中没有答案',
  failed: '未能回答这个问题。',
  interrupted: '副本在回答完成前停止了。您的问题已保存。',
  abandoned: '您已停止这次回答。',
  heldCold: (duration) => `等待副本启动 ${duration}`,
  held: (duration) => `等待空闲副本 ${duration}`,
  verifiedCount: (verified, all) =>
    verified === all ? `${all} 条引用全部核实` : `${all} 条引用中 ${verified} 条已核实`,
  citation: (number, verified, source) => `引用 ${number}，${verified ? '已核实' : '未核实'}，${source}`,
  passageTitle: (number) => `原文 ${number}`,
  passages: '引用的原文',
  page: (page) => `第 ${page} 页`,
  verified: '已核实',
  verifiedWhy: '标出的文字确实出自该文档，句中的数字和名称与其一致。',
  unverified: '未核实',
  problems: {
    'quote-not-found': '这段原文中没有所引的文字。',
    'number-not-found': '句中的某个数字不在这段原文中。',
    'date-not-found': '句中的某个日期不在这段原文中。',
    'number-mismatch': '句中的某个数字在这段原文中另有所指。',
    'polarity-mismatch': '该句与这段原文的肯定或否定相反。',
    'name-not-found': '句中的某个名称不在这段原文中。',
    'words-not-found': '这段原文与该句相同的词语太少。',
    'passage-missing': '回答所指的原文不在检索结果中。',
  },
  openDocument: '打开文档',
  quoteLabel: '引用文字开始',
  conversations: '对话',
  newConversation: '新对话',
  noConversations: '您的对话会列在这里。',
  untitled: '无标题',
  remove: (name) => `删除 ${name}`,
  removeSure: '删除？',
  removeYes: '删除',
  removeNo: '保留',
  documents: '文档',
  documentsText: '支持 Markdown、纯文本、HTML、PDF 和 Word 文件。文件只保存在这台服务器上。',
  noDocuments: '还没有文档。',
  chooseFiles: '选择文件',
  dropHere: '松开即可添加文件',
  documentState: { queued: '排队中', ingesting: '读取中', ready: '就绪', failed: '失败' },
  uploading: '上传中',
  dismiss: '知道了',
  chunks: (count) => `${count} 段`,
  pages: (count) => `${count} 页`,
  live: '副本实时状态',
  liveConnecting: '正在连接',
  liveLost: '实时状态中断，正在重连',
  asleep: '休眠中',
  replicaState: { starting: '启动中', ready: '就绪', draining: '排空中', failed: '失败' },
  heldNow: (count) => `${count} 个等待`,
  answeringNow: (count) => `${count} 个处理中`,
  closesIn: (duration) => `${duration} 后休眠`,
  decisions: '最近的伸缩决定',
  noDecisions: '还没有作出过决定。',
  replicasOf: (ready, max) => `${ready} 个副本就绪，上限 ${max} 个`,
  keyTitle: '服务器要求 API 密钥',
  keyText: '密钥只保存在当前标签页，关闭后即被遗忘。',
  keyLabel: 'API 密钥',
  keySave: '使用此密钥',
  keyWrong: '服务器没有接受这个密钥。',
  cannotReach: '无法连接服务器。请确认 Sluice 正在运行，然后重试。',
};

export const messages: Readonly<Record<Language, Messages>> = { en, zh };
