namespace Plumbline.Training.Rewards.Process;

/// <summary>A prompt and one answer in judged steps, as tokens.</summary>
/// <param name="Ids">Prompt and answer, [tokens]; the answer ends with its last step.</param>
/// <param name="StepEnds">The position of each step's last token, ascending; there its score is read.</param>
/// <param name="Labels">What was said of each step, in [0, 1]; as many as ends.</param>
public sealed record TokenizedSteps(int[] Ids, IReadOnlyList<int> StepEnds, IReadOnlyList<double> Labels);
