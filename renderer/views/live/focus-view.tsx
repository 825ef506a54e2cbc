/**
 * One camera large, with its lines, zones and flows beside it, on which they are drawn and changed.
 */
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Zone } from '#contract/zone.ts';
import { goTo, replaceRoute, tilesPerPage, useShortcuts } from '../kit.ts';
import { TruthPanel } from '../first-run/truth-note.tsx';
import { LineAdvice } from '../review/line-advice.tsx';
import { LineMapLayer } from '../review/line-map-layer.tsx';
import { CrossingList } from './crossing-list.tsx';
import { EditorStage, type Outline } from './editor-stage.tsx';
import { FlowList } from './flow-list.tsx';
import { LineForm } from './line-form.tsx';
import { LineList, Rail } from './rail.tsx';
import { Tile } from './tile.tsx';
import { Totals } from './totals.tsx';
import { useLineEditor } from './use-line-editor.ts';
import { ZoneList } from './zone-list.tsx';

interface FocusViewProps {
  readonly camera: Camera;
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  /** Whether a new line is to be drawn at once */
  readonly isDrawing: boolean;
}

const focusFps = 15;

export function FocusView({ camera, cameras, lines, zones, isDrawing }: FocusViewProps) {
  const { t } = useTranslation();
  const own = lines.filter((line) => line.cameraId === camera.id);
  const ownZones = zones.filter((zone) => zone.cameraId === camera.id);
  const editor = useLineEditor(camera, { lines: own, zones: ownZones });
  const { draft } = editor;
  const back = () => goTo({ task: 'live', id: null });
  const drawAtOnce = useEffectEvent(() => {
    editor.start(null);
    replaceRoute({ task: 'live', id: camera.id });
  });
  useEffect(() => {
    if (isDrawing) drawAtOnce();
  }, [isDrawing]);

  useShortcuts(
    [
      {
        keys: ['Escape'],
        help: { keys: t('keys.escape'), text: t('live.back') },
        run: back,
      },
      {
        keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
        help: { keys: '1 – 9', text: t('shortcuts.tile') },
        run(event) {
          const next = cameras.slice(0, tilesPerPage)[Number(event.key) - 1];
          if (next !== undefined) goTo({ task: 'live', id: next.id });
        },
      },
    ],
    draft === null,
  );

  return (
    <>
      <section className="tw-wall" aria-label={camera.name}>
        <Tile
          camera={camera}
          lines={own}
          zones={ownZones}
          number={null}
          isFocused
          fps={focusFps}
          cover={
            draft === null
              ? undefined
              : (size) => (
                  <>
                    {draft.kind === 'line' && (
                      <LineMapLayer cameraId={camera.id} anchor={draft.anchor} size={size} />
                    )}
                    <div className="tw-editing">
                      <EditorStage
                        cameraName={camera.name}
                        size={size}
                        draft={draft}
                        dispatch={editor.dispatch}
                        others={[
                          ...own.filter(({ id }) => id !== draft.lineId).map(outlineOf(false)),
                          ...ownZones.filter(({ id }) => id !== draft.zoneId).map(outlineOf(true)),
                        ]}
                      />
                    </div>
                  </>
                )
          }
        />
      </section>
      <Rail>
        {draft === null ? (
          <>
            <LineList
              lines={own}
              camera={camera}
              onBack={back}
              onDraw={() => editor.start(null)}
              onEdit={editor.start}
            />
            <ZoneList
              zones={ownZones}
              onDraw={() => editor.startZone(null)}
              onEdit={editor.startZone}
            />
            <FlowList camera={camera} lines={own} zones={ownZones} />
            <Totals cameras={cameras} lines={own} />
            <TruthPanel camera={camera} lines={own} />
            <CrossingList cameras={cameras} lines={own} cameraId={camera.id} />
          </>
        ) : (
          <>
            <LineForm
              editor={editor}
              draft={draft}
              line={own.find((line) => line.id === draft.lineId) ?? null}
              zone={ownZones.find((zone) => zone.id === draft.zoneId) ?? null}
              picture={camera.picture ?? { width: 1280, height: 720 }}
            />
            {draft.kind === 'line' && <LineAdvice camera={camera} draft={draft} />}
          </>
        )}
      </Rail>
    </>
  );
}

function outlineOf(isClosed: boolean) {
  return ({ id, points }: Pick<Outline, 'id' | 'points'>): Outline => ({ id, points, isClosed });
}
