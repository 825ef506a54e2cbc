/**
 * How many went in and out, when and where: for a time, by buckets, with what was observed and how far it can be trusted.
 */
import { useState } from 'react';
import { IconChartBar } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CountReport } from '#contract/report.ts';
import {
  EmptyState,
  ErrorState,
  formatRoute,
  LoadingState,
  NotLoaded,
  Page,
  type SiteDays,
  useCentral,
  useCountReport,
  useMay,
  useNow,
  useReportSite,
  useRoute,
} from '../kit.ts';
import { CountChart } from './count-chart.tsx';
import { ExportButtons } from './export-buttons.tsx';
import { Figures } from './figures.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type Choice, firstChoice, queryOf } from './choice.ts';
import { HeatMap } from './heat-map.tsx';
import { ClassTable, PlaceTable, TimeTable } from './tables.tsx';
import { Notes } from './notes.tsx';
import { SchedulesPanel } from './schedules-panel.tsx';
import { StationsPanel } from './stations-panel.tsx';

/** Days change with the clock, ms. */
const dayCheckMs = 60_000;

export function CountsView() {
  const { t } = useTranslation();
  const site = useReportSite();
  const { id } = useRoute();
  const may = useMay();
  const central = useCentral().data;
  const open = places.filter((place) => {
    if (place === 'reports') return may('reportSchedule.list');
    return place === 'now' || (may('central.counts') && central?.settings != null);
  });
  const place = open.find((each) => each === id) ?? 'now';
  return (
    <Page title={t('counts.title')} summary={t('counts.summary')}>
      {site.data === undefined ? (
        <NotLoaded query={site} title={t('counts.failed')} />
      ) : (
        <>
          {open.length > 1 && <Tabs place={place} open={open} />}
          {place === 'now' && <Counts days={site.data} />}
          {place === 'stations' && <StationsPanel days={site.data} />}
          {place === 'reports' && <SchedulesPanel site={site.data} />}
        </>
      )}
    </Page>
  );
}

const places = ['now', 'stations', 'reports'] as const;
type Place = (typeof places)[number];

function Tabs({ place, open }: { readonly place: Place; readonly open: readonly Place[] }) {
  const { t } = useTranslation();
  return (
    <nav className="tw-tabs" aria-label={t('counts.title')}>
      {open.map((each) => (
        <a
          key={each}
          href={formatRoute({ task: 'counts', id: each === 'now' ? null : each })}
          aria-current={each === place ? 'page' : undefined}
        >
          {t(`counts.place.${each}`)}
        </a>
      ))}
    </nav>
  );
}

function Counts({ days }: { readonly days: SiteDays }) {
  const { t } = useTranslation();
  const now = useNow(dayCheckMs);
  const [choice, setChoice] = useState<Choice>(() => firstChoice(now, days));
  const query = queryOf(choice, now, days);
  const report = useCountReport(query);
  const { data, error } = report;
  return (
    <div className="tw-rep">
      <FilterBar choice={choice} days={days} now={now} onChange={setChoice} />
      {query === null && <p role="alert">{t('counts.wrongDays')}</p>}
      {error !== null && (
        <ErrorState
          title={t('counts.failed')}
          error={error}
          onRetry={() => void report.refetch()}
        />
      )}
      {error === null && data === undefined && query !== null && <LoadingState />}
      {error === null && data !== undefined && query !== null && (
        <div className="tw-rep-report" aria-busy={report.isPlaceholderData}>
          {data.places.length === 0 ? (
            <EmptyState
              icon={<IconChartBar size={28} />}
              title={t('counts.empty')}
              hint={t('counts.emptyHint')}
            />
          ) : (
            <>
              <ExportButtons query={query} />
              <Report report={data} />
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Report({ report }: { readonly report: CountReport }) {
  const { t } = useTranslation();
  return (
    <>
      <Figures report={report} />
      <CountChart report={report} />
      <h2 className="tw-section">{t(`counts.byPlace.${report.subject}`)}</h2>
      <PlaceTable report={report} />
      <div className="tw-rep-pair">
        <section>
          <h2 className="tw-section">{t('counts.heat')}</h2>
          <HeatMap report={report} />
        </section>
        {report.classes.length > 1 && (
          <section>
            <h2 className="tw-section">{t('counts.byClass')}</h2>
            <ClassTable report={report} />
          </section>
        )}
      </div>
      <Notes report={report} />
      <h2 className="tw-section">{t('counts.byTime')}</h2>
      <TimeTable report={report} />
    </>
  );
}
