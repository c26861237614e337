/** @module The generation loop: draft, compile, judge, try, repair; and what else can be asked about workflows. */
import { builtinRegistry, compile, describe, describeInWords, type Registry } from '@orchestrix/engine';
import type { Drafter, DrafterCall } from '../drafting/drafter.ts';
import { AiError, AiTerminalError } from '../errors.ts';
import type { Sandbox } from '../proof/proof.ts';
import { requirePrompt } from '../request-text.ts';
import { changeWorkflow } from './change-workflow.ts';
import { type CheckedDraft, isError } from './check-draft.ts';
import { present, requireReadable, type UsableDraft, unanswered } from './present.ts';
import { repairDraft } from './repair-draft.ts';
import type {
  AiRequestOptions,
  AnalyzedIntent,
  ExplainedWorkflow,
  GeneratedWorkflow,
  WorkflowAi,
} from './results.ts';
import { createUsageMeter, type UsageMeter } from './usage-meter.ts';

/** What {@link createWorkflowAi} is built from. */
export interface WorkflowAiParts {
  /** Absent: only {@link WorkflowAi.explain} works. */
  drafter?: Drafter | undefined;
  /** Where drafts are tried. */
  sandbox: Sandbox;
  /** Default: the built-in node types. */
  registry?: Registry | undefined;
  /** How often findings go back to the drafter. Default 2. */
  maxRepairs?: number | undefined;
}

/** Builds the generation loop on a drafter and a sandbox. */
export function createWorkflowAi(parts: WorkflowAiParts): WorkflowAi {
  const { sandbox, registry = builtinRegistry, maxRepairs = 2 } = parts;

  /** What all methods do first: check the text, start counting. */
  function begin(options: AiRequestOptions, prompt: string) {
    requirePrompt(prompt);
    const drafter = requireDrafter(parts.drafter);
    const meter = createUsageMeter(drafter, options.onUsage);
    const context = { registry, collections: options.collections ?? {} };
    return { drafter, meter, context, call: callOf(options, meter) };
  }

  async function generate(request: AiRequestOptions & { prompt: string }): Promise<GeneratedWorkflow> {
    const { prompt, signal, onProgress } = request;
    const { drafter, meter, context, call } = begin(request, prompt);
    onProgress?.({ type: 'stage', stage: 'context', message: 'Reading the request' });
    const outcome = await drafter.draft(prompt, context, call);
    if (outcome.kind !== 'draft') throw unanswered(outcome);
    const options = { prompt, registry, sandbox, signal, onProgress };
    const onRepair = () => meter.repaired();
    const repair = { ...options, drafter, context, call, maxRepairs, onRepair };
    const best = await repairDraft(outcome.definition, [], repair);
    const checked = requireUsable(best);
    return { title: outcome.title, ...present(checked, registry), metadata: meter.metadata() };
  }

  async function explain(request: AiRequestOptions & { existing: unknown }): Promise<ExplainedWorkflow> {
    const plan = requireReadable(compile(request.existing, registry));
    const { drafter } = parts;
    const meter = createUsageMeter(drafter ?? ENGINE, request.onUsage);
    const description = describe(plan);
    request.onProgress?.({ type: 'stage', stage: 'explain', message: 'Putting the workflow into words' });
    const { words, note } = await phrase(drafter, description, callOf(request, meter));
    return {
      explanation: words ?? describeInWords(description),
      description,
      diagnostics: [...plan.diagnostics],
      metadata: { ...meter.metadata(), ...(note !== undefined && { note }) },
    };
  }

  async function intent(
    request: AiRequestOptions & { prompt: string; hasWorkflow?: boolean },
  ): Promise<AnalyzedIntent> {
    const { drafter, meter, context, call } = begin(request, request.prompt);
    const hasWorkflow = request.hasWorkflow ?? false;
    const found = await drafter.intent(request.prompt, { ...context, hasWorkflow }, call);
    return { ...found, metadata: meter.metadata() };
  }

  return {
    generate,
    change: async (request) => {
      const begun = begin(request, request.prompt);
      return changeWorkflow(request, { ...begun, registry, sandbox, maxRepairs });
    },
    explain,
    intent,
  };
}

/** Who explains where no drafter is configured. */
const ENGINE = { name: 'engine', model: 'describe' };

function requireDrafter(drafter: Drafter | undefined): Drafter {
  if (drafter) return drafter;
  throw new AiTerminalError('AI_NOT_CONFIGURED', 'No language model is configured');
}

function callOf({ signal, onProgress }: AiRequestOptions, meter: UsageMeter): DrafterCall {
  return { signal, onProgress, onCompletion: (completion) => meter.add(completion) };
}

function requireUsable(draft: CheckedDraft): UsableDraft {
  const { plan, proof, findings } = draft;
  if (proof) return { ...draft, proof };
  const [first] = findings.filter(isError);
  const why = first ? `: ${first.message}` : '';
  const details = { diagnostics: findings };
  if (!plan.ok)
    throw new AiError('AI_NO_WORKFLOW', `No workflow that compiles came of the request${why}`, details);
  throw new AiTerminalError('AI_REQUEST_REFUSED', `The workflow would break a safety rule${why}`, details);
}

/** Words of a model, or why there are none: an explanation does not fail with the model. */
async function phrase(
  drafter: Drafter | undefined,
  description: ReturnType<typeof describe>,
  call: DrafterCall,
): Promise<{ words?: string; note?: string }> {
  if (!drafter?.phrase) return {};
  try {
    const words = await drafter.phrase(description, call);
    return words === null
      ? { note: 'In the words of the engine: those of the model did not fit the workflow.' }
      : { words };
  } catch (error) {
    if (!(error instanceof AiError || error instanceof AiTerminalError) || error.code === 'AI_CANCELLED')
      throw error;
    return { note: `In the words of the engine: the model could not be asked (${error.code}).` };
  }
}
