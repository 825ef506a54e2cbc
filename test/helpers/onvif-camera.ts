/**
 * A camera that speaks ONVIF as far as it takes to be found and added: WS-Discovery over UDP, and the SOAP answers about
 * its streams, with the password checked as the standard says.
 */
import { createHash } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';

export interface OnvifCameraOptions {
  /** Left out, it answers everybody */
  readonly login?: { readonly user: string; readonly password: string };
  /** What it says about each of its streams */
  readonly streams: readonly {
    readonly token: string;
    readonly uri: string;
    readonly codec: string;
    readonly width: number;
    readonly height: number;
    readonly fps: number;
  }[];
  readonly name?: string;
  /** `garbage` answers with a page, `empty` has no stream with a picture, `silent` takes questions and says nothing */
  readonly manner?: 'good' | 'garbage' | 'empty' | 'silent';
  /** What it says on UDP instead of a match */
  readonly discovery?: string;
}

export interface OnvifCamera {
  /** Address of its ONVIF service */
  readonly address: string;
  /** Its questions, by the name of the SOAP element, in order */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const group = '239.255.255.250';
const discoveryPort = 3702;

/** Starts it on every network of this machine. */
export async function startOnvifCamera(options: OnvifCameraOptions): Promise<OnvifCamera> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    void readText(request).then((text) => {
      const question = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(text)?.[1] ?? '';
      asked.push(question);
      if (options.manner === 'silent') return;
      if (options.manner === 'garbage') {
        response.end('<html><body>Printer</body></html>');
        return;
      }
      const isOpen = question === 'GetSystemDateAndTime' || isLetIn(text, options.login);
      response.writeHead(isOpen ? 200 : 400, { 'content-type': 'application/soap+xml' });
      response.end(envelope(isOpen ? answer(question, text) : refusal));
    });
  });
  const host = outerAddress();
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const base = `http://${host}:${String((server.address() as AddressInfo).port)}`;
  const address = `${base}/onvif/device_service`;

  const socket = dgram.createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (message, from) => {
    if (!message.toString().includes('NetworkVideoTransmitter')) return;
    const text = options.discovery ?? envelope(match(address, options.name ?? 'Test_camera'));
    socket.send(text, from.port, from.address);
  });
  socket.bind(discoveryPort);
  await once(socket, 'listening');
  for (const own of ownAddresses()) socket.addMembership(group, own);

  function answer(question: string, text: string): string {
    switch (question) {
      case 'GetSystemDateAndTime':
        return dateAndTime();
      case 'GetServices':
        return `<tds:GetServicesResponse>${service('device', '/onvif/device_service')}${service('media', '/onvif/media')}</tds:GetServicesResponse>`;
      case 'GetDeviceInformation':
        return '<tds:GetDeviceInformationResponse><tds:Manufacturer>Acme</tds:Manufacturer><tds:Model>Gate 7</tds:Model></tds:GetDeviceInformationResponse>';
      case 'GetProfiles': {
        const streams = options.manner === 'empty' ? [] : options.streams;
        const profiles = streams.map(profileOf).join('');
        const deaf = '<trt:Profiles token="sound"><tt:Name>Sound</tt:Name></trt:Profiles>';
        return `<trt:GetProfilesResponse>${profiles}${deaf}</trt:GetProfilesResponse>`;
      }
      case 'GetStreamUri': {
        const token = /<ProfileToken>([^<]+)/.exec(text)?.[1];
        const stream = options.streams.find((each) => each.token === token);
        return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${stream?.uri ?? ''}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`;
      }
      default:
        return '<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en">Optional Action Not Implemented</s:Text></s:Reason></s:Fault>';
    }
  }

  function service(kind: string, path: string): string {
    return `<tds:Service><tds:Namespace>http://www.onvif.org/ver10/${kind}/wsdl</tds:Namespace><tds:XAddr>${base}${path}</tds:XAddr></tds:Service>`;
  }

  return {
    address,
    asked,
    async close() {
      socket.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function profileOf({ token, codec, width, height, fps }: OnvifCameraOptions['streams'][number]) {
  return `<trt:Profiles token="${token}"><tt:Name>${token} stream</tt:Name><tt:VideoEncoderConfiguration token="v"><tt:Encoding>${codec}</tt:Encoding><tt:Resolution><tt:Width>${String(width)}</tt:Width><tt:Height>${String(height)}</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>${String(fps)}</tt:FrameRateLimit></tt:RateControl></tt:VideoEncoderConfiguration></trt:Profiles>`;
}

function dateAndTime(): string {
  const now = new Date();
  const part = (name: string, value: number): string => `<tt:${name}>${String(value)}</tt:${name}>`;
  const time = `<tt:Time>${part('Hour', now.getUTCHours())}${part('Minute', now.getUTCMinutes())}${part('Second', now.getUTCSeconds())}</tt:Time>`;
  const date = `<tt:Date>${part('Year', now.getUTCFullYear())}${part('Month', now.getUTCMonth() + 1)}${part('Day', now.getUTCDate())}</tt:Date>`;
  return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>${time}${date}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
}

function match(address: string, name: string): string {
  return `<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:${createHash('md5').update(address).digest('hex')}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/${name} onvif://www.onvif.org/hardware/Gate_7</d:Scopes><d:XAddrs>http://169.254.3.4/onvif/device_service ${address}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>`;
}

const refusal =
  '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">Sender not Authorized</s:Text></s:Reason></s:Fault>';

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"><s:Body>${body}</s:Body></s:Envelope>`;
}

/** WS-Security's digest: base64(sha1(nonce + created + password)). */
function isLetIn(text: string, login: OnvifCameraOptions['login']): boolean {
  if (login === undefined) return true;
  const field = (name: string): string =>
    new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
  const digest = createHash('sha1')
    .update(Buffer.from(field('Nonce'), 'base64'))
    .update(field('Created'))
    .update(login.password)
    .digest('base64');
  return field('Username') === login.user && field('Password') === digest;
}

async function readText(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function ownAddresses(): string[] {
  return Object.values(os.networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address),
  );
}

/** The one by which others reach this machine; its own loop where there is no network. */
function outerAddress(): string {
  const own = ownAddresses();
  return own.find((address) => !address.startsWith('127.')) ?? own[0] ?? '127.0.0.1';
}
