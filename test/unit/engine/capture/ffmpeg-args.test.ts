import { describe, expect, it } from 'vitest';
import {
  captureArgs,
  type CapturePlan,
  encodedSize,
  previewArgs,
  probeArgs,
  stillArgs,
} from '#engine/capture/ffmpeg-args.ts';
import { inputArgs, inputList } from '#engine/capture/ffmpeg-input.ts';

const rtsp: CapturePlan = {
  source: { kind: 'rtsp', url: 'rtsp://cam/1' },
  transport: 'tcp',
  analysis: { width: 416, height: 234 },
  fps: 5,
  isRepeatable: false,
  isPaced: false,
  isLooped: false,
  isTimedByArrival: false,
  hwaccel: null,
  decoderThreads: 1,
  copy: 'mpegts',
  maskSize: null,
  encoder: 'libx264',
  hasFpsMode: true,
};

const pace5 =
  "select='if(isnan(t),1,if(isnan(prev_selected_t)+lt(t,prev_selected_t),1+0*st(0,t+0.2)," +
  "if(gte(t,ld(0)-0.05),1+0*st(0,max(ld(0),t-0.1)+0.2),0)))'";
const stamps =
  "settb=1/1000000,metadata=mode=add:key=s:value=1,metadata=mode=print:file='pipe\\:4':direct=1";
const quietly = '-hide_banner -nostdin -nostats -loglevel level+info';

describe('captureArgs', () => {
  it.each<[string, CapturePlan, string]>([
    [
      'an RTSP camera over tcp',
      rtsp,
      `${quietly} -threads 1 -rtsp_transport tcp -timeout 5000000 -allowed_media_types video ` +
        `-fpsprobesize 0 -i rtsp://cam/1 -filter_threads 1 -map 0:v:0 ` +
        `-vf ${pace5},${stamps},scale=416:234:flags=bilinear,format=gbrp -fps_mode passthrough ` +
        `-f rawvideo pipe:1 -map 0:v:0 -c:v copy -bsf:v setts=pts='if(eq(PTS,NOPTS),DTS,PTS)' ` +
        `-muxdelay 0 -muxpreload 0 -output_ts_offset 60 -omit_video_pes_length 0 -flush_packets 1 -f mpegts pipe:3`,
    ],
    [
      'a replay: every frame as fast as it goes, nothing beside the frames',
      {
        ...rtsp,
        source: { kind: 'file', path: '/clips/a b.mp4' },
        fps: null,
        copy: null,
      },
      `${quietly} -threads 1 -i file:/clips/a b.mp4 -filter_threads 1 -map 0:v:0 ` +
        `-vf ${stamps},scale=416:234:flags=bilinear,format=gbrp -fps_mode passthrough ` +
        `-f rawvideo pipe:1`,
    ],
    [
      'a looped file on an ffmpeg 5.0, decoded on the graphics chip',
      {
        ...rtsp,
        source: { kind: 'file', path: '/-i.mp4' },
        isPaced: true,
        isLooped: true,
        hwaccel: 'vaapi',
        decoderThreads: 2,
        hasFpsMode: false,
        fps: 12.5,
        copy: 'jpeg',
      },
      `${quietly} -hwaccel vaapi -threads 2 -re -stream_loop -1 -i file:/-i.mp4 -filter_threads 1 ` +
        `-map 0:v:0 -vf ${pace5.replaceAll('0.2', '0.08').replaceAll('0.05', '0.02').replaceAll('0.1', '0.04')},${stamps},` +
        `scale=416:234:flags=bilinear,format=gbrp -vsync passthrough -f rawvideo pipe:1 ` +
        `-map 0:v:0 -c:v copy -flush_packets 1 -f mpjpeg pipe:3`,
    ],
    [
      'JPEGs over HTTP, which have no time stamps',
      {
        ...rtsp,
        source: { kind: 'http', url: 'http://cam/v' },
        isTimedByArrival: true,
        fps: null,
        copy: null,
      },
      `${quietly} -threads 1 -use_wallclock_as_timestamps 1 -rw_timeout 5000000 -fpsprobesize 0 ` +
        `-i http://cam/v -filter_threads 1 -map 0:v:0 ` +
        `-vf ${stamps},scale=416:234:flags=bilinear,format=gbrp -fps_mode passthrough ` +
        `-f rawvideo pipe:1`,
    ],
  ])('says for %s', (_, plan, expected) => {
    expect(captureArgs(plan).join(' ')).toBe(expected);
  });

  it.each([
    ['/dev/video0', '-f v4l2 -i /dev/video0'],
    ['HD Webcam', '-f dshow -rtbufsize 64M -i video=HD Webcam'],
  ])('opens the USB camera %s', (device, expected) => {
    const args = captureArgs({ ...rtsp, source: { kind: 'usb', device } }).join(' ');
    expect(args).toContain(expected);
  });

  it('copies a looped file without the filter that ends with the first round', () => {
    const args = captureArgs({ ...rtsp, isLooped: true }).join(' ');
    expect(args).toContain('-c:v copy -muxdelay');
  });

  it('encodes what cannot be copied, small and slow', () => {
    const args = captureArgs({ ...rtsp, copy: 'encoded' }).join(' ');
    expect(args).toMatch(
      /scale=w='min\(960,iw\)':h=-2.*-c:v mjpeg -threads 1 -q:v 5 -flush_packets 1 -f mpjpeg pipe:3$/,
    );
  });
});

it.each([
  ['libx264', '-bf 0 -g 30 -preset ultrafast -tune zerolatency -crf 26 -muxdelay 0'],
  ['mpeg4', '-bf 0 -g 30 -q:v 6 -muxdelay 0'],
] as const)('lays the masks over a stream that is encoded anew with %s', (encoder, expected) => {
  const maskSize = { width: 1280, height: 720 };
  const args = captureArgs({ ...rtsp, copy: 'reencoded', maskSize, encoder }).join(' ');
  expect(args).toContain('-i rtsp://cam/1 -f png_pipe -i pipe:5 -filter_threads 1');
  expect(args).toMatch(
    /\[0:v:0\]select='.*',scale=1280:720:flags=bilinear\[picture\];\[picture\]\[1:v:0\]overlay\[masked\];\[masked\]/,
  );
  expect(args).toContain(expected);
  expect(args).not.toContain('-c:v copy');
});

it.each([
  ['a large picture', { width: 3840, height: 2160 }, { width: 1280, height: 720 }],
  ['an odd picture', { width: 641, height: 359 }, { width: 640, height: 358 }],
])('encodes %s anew in an even size', (_, picture, size) => {
  expect(encodedSize('reencoded', picture)).toEqual(size);
});

it('asks ffprobe for the first video as JSON', () => {
  expect(probeArgs({ source: rtsp.source, transport: 'udp' }).join(' ')).toBe(
    '-hide_banner -loglevel level+error -of json -select_streams v:0 -show_streams -show_format ' +
      '-rtsp_transport udp -timeout 5000000 -allowed_media_types video -fpsprobesize 0 -i rtsp://cam/1',
  );
});

it('takes one still picture', () => {
  expect(stillArgs({ source: { kind: 'file', path: '/a' }, transport: 'tcp' }, 960).join(' ')).toBe(
    `${quietly} -i file:/a -map 0:v:0 -frames:v 1 -vf scale=w='min(960,iw)':h=-2:flags=bilinear:` +
      `out_range=full,format=yuvj420p -c:v mjpeg -q:v 4 -f image2pipe pipe:1`,
  );
});

it('decodes a preview from a time stamp on, paced by the clock', () => {
  const args = previewArgs({ width: 640, fps: 10, fromTicks: 900, hasFpsMode: true }).join(' ');
  expect(args).toContain('-copyts -fflags +noparse -f mpegts -i pipe:0');
  expect(args).toContain(
    "select='gte(pts,900)*if(gte(time(0),ld(0)-0.025),1+0*st(0,max(ld(0),time(0)-0.05)+0.1),0)'",
  );
});

it.each([
  [
    'an RTSP camera',
    { kind: 'rtsp', url: "rtsp://joe:a'b@cam/1" },
    ["file 'rtsp://joe:a'\\''b@cam/1'", 'option rtsp_transport udp'],
  ],
  [
    'a camera that wants a key in its address',
    { kind: 'http', url: 'http://cam/video?token=abc' },
    ["file 'http://cam/video?token=abc'", 'option rw_timeout 5000000'],
  ],
] as const)('keeps the password of %s out of the arguments', (_, source, lines) => {
  const plan = { source, transport: 'udp' } as const;
  expect(inputArgs(plan).join(' ')).toMatch(/^-f concat -safe 0 .* -i pipe:6$/);
  expect(inputList(plan)?.split('\n')).toEqual(expect.arrayContaining([...lines]));
});
