import { z } from 'zod';
import type { CurveSources } from '../chart/budgetChart';
