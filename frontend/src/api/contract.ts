// What does the API speak? The shapes that the back end's OpenAPI describes (npm run types), under the pages' names.
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Sheet = Shapes["Sheet"];
export type Cell = Sheet["rows"][number][number];
export type Kind = Shapes["DrillCard"]["kind"];
export type SignalName = Shapes["Debrief"]["signal"];

export type DatabaseEvidence = Shapes["DatabaseEvidence"];
export type CallEvidence = Shapes["CallEvidence"];
export type CoverageEvidence = Shapes["CoverageEvidence"];
export type TimingEvidence = Shapes["TimingEvidence"];
export type Evidence = Shapes["Finding"]["evidence"];
export type Finding = Shapes["Finding"];
export type Place = Shapes["Place"];
export type Score = Shapes["Score"];
export type Debrief = Shapes["Debrief"];

export type DrillCard = Shapes["DrillCard"];
export type AttemptCard = Shapes["AttemptCard"];
export type TableShown = Shapes["TableCard"];
export type DrillList = Shapes["DrillsPage"];
export type DrillPage = Shapes["WorkspacePage"];
export type Shown = Shapes["RunOut"];
export type CriterionShown = Shapes["CriterionCard"];
export type AttemptPage = Shapes["AttemptPage"];

export type Session = Shapes["SessionPage"];
export type Today = Shapes["TodayPage"];
export type Progress = Shapes["ProgressPage"];
export type HeatDay = Shapes["Day"];
export type SkillRow = Shapes["Mastery"];
export type CalibrationBin = Shapes["Bin"];

export type AttemptIn = Shapes["AttemptIn"];
export type DraftIn = Shapes["DraftIn"];
export type HandedIn = Shapes["HandedIn"];
export type LibraryList = Shapes["LibraryPage"];
export type ReferenceCard = Shapes["ReferenceCard"];
export type ReferenceShown = Shapes["ReferencePage"];
export type LibraryFigure = Shapes["LibraryFigure"];
export type LibraryCard = Shapes["LibraryCard"];
export type LibrarySkill = Shapes["LibrarySkill"];
export type Saved = Shapes["Saved"];

export type DataKept = Shapes["DataPage"];
export type RowsTaken = Shapes["RowsTaken"];
export type Deleted = Shapes["Deleted"];

// The stream of events is not described by OpenAPI: `event: progress` carries this.
export interface Stage {
  stage: string;
  done: number;
  total: number;
}
