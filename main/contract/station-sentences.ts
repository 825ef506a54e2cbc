/**
 * The sentences that the station says of itself, in English; `{{name}}` stands for a value. A page has them in its own language.
 */

/** Of the health tree */
const health = {
  allWell: 'All is well.',
  notWell: 'Not well: {{names}}.',
  workerIdle: 'It has no camera.',
  workerIdleAgain: 'It has no camera. Restarts: {{restarts}}.',
  workerHas: 'It has {{cameras}}.',
  workerHasAgain: 'It has {{cameras}}. Restarts: {{restarts}}.',
  workerGivenUp:
    'Worker {{worker}} ended too often and is not started again; see the log, then restart the station.',
  workerStarts: 'It starts.',
  workerEnded: 'It has ended.',
  modelCounts: 'It counts.',
  pictures: 'Pictures per second: {{fps}}.',
  connects: 'The station connects to it.',
  frozen: 'Its picture does not change.',
  stalled: 'No picture comes; it is connected anew.',
  switchedOff: 'It is switched off.',
  recordingEnded: 'Its recording has come to its end.',
  noAnswer: 'The check "{{check}}" gave no answer within {{seconds}} s.',
  notLoadedYet: 'No worker has said yet whether it is loaded.',
  countsOn: 'It counts on {{cameras}}.',
  nothingMoved: 'Nothing has moved: no frame had to be looked at.',
  noFrame: 'No frame has come.',
  failedOn: 'It failed on {{failed}} of {{frames}} frames.',
  lookedAt: 'It has looked at {{frames}} frames.',
  noWorker: 'No worker has it.',
  memoryUse: 'Memory in MB: {{use}}.',
  memoryMuch: 'Memory in MB: {{use}}; that is more than half of what this PC has.',
  noGraphics: 'It counts on the processor: there is no graphics memory to look at.',
  notCertified: 'Nobody has counted clips of a line blind that holds for it as it counts now.',
  certified: 'The certificate of "{{line}}" says {{percent}} %.',
  answersWithin: 'It answers within {{ms}} ms.',
  readBack: 'A row was written and read back in {{ms}} ms.',
  notReadBack: 'What was written was not read back.',
  answersKept: 'Answers that are kept: {{count}}.',
  answersInMemory: 'Answers that are kept in memory: {{count}}.',
  redisAway: 'The Redis server at {{where}} is away.',
  filesGood: 'The files of all models are as they were.',
  fileGone: 'The file of {{model}} is not there: put it back or import it again ({{path}}).',
  fileChanged: 'The file of {{model}} is not what was imported: import it again ({{path}}).',
  noCentral: 'No central database is set: this station is counted by itself.',
  centralLacks: 'The central database lacks the last {{minutes}} min, which are being brought.',
  centralWhole: 'The central database has what was counted.',
  tooEarly: 'Its pictures come for less than two minutes.',
  noneLookedAt: 'No frame was looked at in five minutes.',
  latency: '95 of 100 frames take less than {{ms}} ms.',
  noneAskedFor: 'No frame was asked for in five minutes.',
  throughput: '{{percent}} % of the frames asked for were counted in five minutes.',
} as const;

/** Of alerts: what is so */
const alerts = {
  frameTakes: 'A frame takes {{ms}} ms from its arrival to its detections.',
  processedOf: '{{percent}} % of {{fps}} frames per second are processed.',
  processorBusy: 'The processor of this PC is busy to {{percent}} %.',
  memoryUsed: 'The memory of this PC is used to {{percent}} %.',
  noErrors: 'No errors in five minutes.',
  errorsSeen: '{{errors}} errors in five minutes: {{codes}}.',
  certificateFinds:
    'The certificate of "{{line}}" finds {{recall}} % of the crossings, and {{precision}} % of what it counts is right.',
  picturesCome: 'Pictures of {{camera}} come.',
  noPictures: 'No pictures come from {{camera}}.',
  noPicturesTrying:
    'No pictures come from {{camera}}. The station tries again by itself (attempt {{attempt}}).',
  pictureStill: 'The picture of {{camera}} does not change.',
  viewClear: '{{camera}} looks where it did.',
  viewMoved:
    '{{camera}} no longer looks where it did: its lines may lie at the wrong place. Turn it back, or draw its lines again.',
  viewCovered: 'Hardly anything is seen on {{camera}}: it is covered, dirty or out of focus.',
  viewDark: '{{camera}} sees only the dark.',
  unusualCount:
    '{{crossings}} crossed "{{line}}" in the last hour, where {{low}} to {{high}} are usual at this time of the week ({{weeks}} weeks).',
  onSite: '{{people}} are on the site.',
  insideZone: '{{people}} are inside "{{zone}}".',
  stayedLong: '{{people}} stayed in "{{zone}}" for longer than {{seconds}} s.',
  notCountable: 'The line "{{line}}" cannot be counted where it lies.',
  countsReliable: 'The counts of "{{line}}" are as reliable as usual.',
  countsDoubtful:
    'The counts of "{{line}}" in the last hour are doubtful. Open Trust to see the hour and what to do.',
  countsUnreliable:
    'The counts of "{{line}}" in the last hour are unreliable. Open Trust to see the hour and what to do.',
  diskFree: '{{free}} GB are free, where {{reserve}} GB are the reserve.',
  ledgerWritten: 'The ledger is written.',
  ledgerStopped: 'The database cannot be written.',
  centralBehind:
    'The central database lacks what was counted in the last {{minutes}} minutes. Nothing is lost: see Health for why, it is brought as soon as it can be.',
  modelTakenBack: 'A model was taken back: {{reason}}',
  standInCounts: '{{model}} counts, because {{failing}} fails.',
  noModelChosen: 'No model is chosen that counts on {{camera}}.',
  noModelCan: 'No model can count on {{camera}}.',
  ruleTested: 'This is a test of the rule "{{rule}}".',
} as const;

/** Of alerts: why nobody can tell */
const unknown = {
  nothingAnalysed: 'no frame was analysed in the last seconds',
  noFramesNow: 'no frames come',
  notMeasured: 'not measured yet',
  nobodyCounted: 'nobody has counted clips of this line blind',
  certificateOld: 'its certificate is out of date',
  certificateEmpty: 'its certificate saw no crossing',
  noPicturesNow: 'no pictures come',
  viewLearned: 'the view is being learned',
  notLookedAt: 'not looked at yet',
  halfObserved: 'the last hour was observed for less than half of it',
  tooFewWeeks: '{{known}} of the {{needed}} weeks that are needed have this hour',
  noDoors: 'the site has no doors',
  zoneUnseen: 'the camera of this zone shows nothing now',
  noStayLimit: 'the zone has no limit for stays',
  tooLittlePassed: 'too little has passed it',
  noHourJudged: 'no hour was judged yet',
  hourUnknown: 'too little is known of its last hour',
  diskUnasked: 'the disk could not be asked',
  noCentralSet: 'no central database is set',
  notRead: 'not read yet',
  workerSilent: 'its worker has not said yet',
} as const;

/** Of incidents: what failed, and what came of what was done */
const incidents = {
  workerFailed: 'Worker {{worker}} ended: {{cause}}.',
  camerasMoved: '{{cameras}} had room; tracks and sides go with the cameras.',
  actionOff: 'The recovery plan does not allow it: the action is switched off.',
  endedTooOften: 'It ended too often within a minute; see the log, then restart the station.',
  workerBack: 'Worker {{worker}} is up again.',
  noPictureLong: 'No pictures come from {{camera}}. No picture came for too long.',
  picturesAgain: 'Pictures come again.',
  wasSwitchedOff: 'It was switched off.',
  modelFails: '{{model}} fails.',
  noOtherModel: 'No other model can count on this camera.',
  countsInstead: '{{model}} counts instead.',
  countsAgain: '{{model}} counts again.',
  keptIsWritten: 'What was kept meanwhile is in the database.',
  runsWithLittle: 'The station runs again, with little memory.',
  endedMeanwhile: 'The station ended meanwhile.',
  endedUnasked:
    'The station ended without being asked to: a crash, a power cut, or it was ended by the system.',
  goesOn: 'It runs again and goes on from what was written.',
  didWorse: 'A model that began to count did worse than the one before: {{reason}}',
  formerCounts: 'The model before it counts again.',
  providerAgain: 'The provider that was chosen is used again.',
  providerBroke: '{{provider}} broke while it computed {{model}}.',
  computesInstead: '{{provider}} computes instead; no camera waits for it.',
} as const;

/** Of cameras: why no picture comes, and what to do */
export const captureSentences = {
  userRefused: '{{name}} refused the user name or the password: correct them in the address.',
  pathUnknown: '{{name}} answers but has no stream under this path: check the path.',
  answersError: '{{name}} answers with an error: look at the camera, or try the other transport.',
  usbMissing: 'There is no USB camera "{{name}}": plug it in or choose another.',
  usbBusy: 'The USB camera "{{name}}" is used by another program: close that program.',
  usbForbidden: 'The USB camera "{{name}}" may not be opened by this user: allow it (group video).',
  fileMissing:
    'There is no file "{{name}}": give the path of a video file, or an address such as rtsp://….',
  fileForbidden: 'The file "{{name}}" may not be read by this user: change its permissions.',
  connectionRefused: '{{name}} refuses the connection: check address and port, and that it is on.',
  nameUnknown: 'The name {{name}} is not known in this network: check it or use the IP address.',
  noWay: 'There is no way to {{name}}: check cable, network and address.',
  stoppedAnswering: '{{name}} stopped answering: check that it is on and reachable.',
  otherWay: 'This ffmpeg cannot open {{name}} this way: try the other transport or address.',
  noVideo: '{{name}} can be opened but has no video.',
  notDecoded: '{{name}} sends a video format that this ffmpeg cannot decode: choose H.264.',
  fileCut: '"{{name}}" is no complete video: it was cut off or is still being written.',
  fileUnreadable: '"{{name}}" is no video that can be read.',
  notRtsp: '{{name}} did not answer as an RTSP camera: check address, port and path.',
  notVideo: '{{name}} answers, but not with a video: check the path.',
  ffmpegNotStarted: 'ffmpeg could not be started: install it again or set ffmpegPath.',
  noPicture: '{{name}} gave no picture.',
  fileEndedEarly: '"{{name}}" ended before its time.',
  streamEnded: '{{name}} ended the stream: waiting for it to come back.',
  fellSilent: '{{name}} sent no picture for {{seconds}} seconds: connecting again.',
  neverBegan:
    '{{name}} gave no picture within {{seconds}} seconds: check that it is on and reachable.',
} as const;

export const stationSentences = {
  ...health,
  ...alerts,
  ...unknown,
  ...incidents,
  ...captureSentences,
};
