/**
 * One camera large, with its lines beside it, on which lines are drawn and changed.
 */
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import { goTo, tilesPerPage, useShortcuts } from '../kit.ts';
import { TruthPanel } from '../first-run/truth-note.tsx';
import { EditorStage } from './editor-stage.tsx';
import { LineForm } from './line-form.tsx';
import { CrossingList, LineList, Rail, Totals } from './rail.tsx';
import { Tile } from './tile.tsx';
import { useLineEditor } from './use-line-editor.ts';

interface FocusViewProps {
  readonly camera: Camera;
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
}

const focusFps = 15;

export function FocusView({ camera, cameras, lines }: FocusViewProps) {
  const { t } = useTranslation();
  const own = lines.filter((line) => line.cameraId === camera.id);
  const editor = useLineEditor(camera, own);
  const { draft } = editor;
  const back = () => goTo({ task: 'live', id: null });

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
          number={null}
          isFocused
          fps={focusFps}
          cover={
            draft === null
              ? undefined
              : (size) => (
                  <EditorStage
                    cameraName={camera.name}
                    size={size}
                    draft={draft}
                    dispatch={editor.dispatch}
                    others={own.filter((line) => line.id !== draft.lineId)}
                  />
                )
          }
        />
      </section>
      <Rail>
        {draft === null ? (
          <>
            <LineList
              lines={own}
              onBack={back}
              onDraw={() => editor.start(null)}
              onEdit={editor.start}
            />
            <Totals lines={own} />
            <TruthPanel camera={camera} lines={own} />
            <CrossingList cameras={cameras} lines={own} cameraId={camera.id} />
          </>
        ) : (
          <LineForm
            editor={editor}
            draft={draft}
            line={own.find((line) => line.id === draft.lineId) ?? null}
            picture={camera.picture ?? { width: 1280, height: 720 }}
          />
        )}
      </Rail>
    </>
  );
}
