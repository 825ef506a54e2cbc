/**
 * The icon of each page.
 */
import {
  IconActivityHeartbeat,
  IconBell,
  IconBoxModel2,
  IconCamera,
  IconChartBar,
  IconEyeOff,
  IconFlask2,
  IconLayoutGrid,
  IconRosetteDiscountCheck,
  IconSend,
  IconServerCog,
  IconShieldLock,
  IconStack2,
  type Icon,
} from '@tabler/icons-react';
import type { Task } from '../lib/route.ts';

export const taskIcons: Record<Task, Icon> = {
  live: IconLayoutGrid,
  counts: IconChartBar,
  alerts: IconBell,
  cameras: IconCamera,
  trust: IconRosetteDiscountCheck,
  models: IconBoxModel2,
  experiments: IconFlask2,
  jobs: IconStack2,
  health: IconActivityHeartbeat,
  notifications: IconSend,
  privacy: IconEyeOff,
  access: IconShieldLock,
  system: IconServerCog,
};
