namespace Plumbline.Feedback.Reviews;

/// <summary>A text and whether it breaks a clause, as people decided: what thresholds are set by and detectors learn from.</summary>
/// <param name="Text">The text that was under review.</param>
/// <param name="Clause">The clause's id.</param>
/// <param name="Label">Whether it is broken.</param>
/// <param name="Language">The language it was judged by; null for unknown.</param>
/// <param name="Source">
/// Why people looked at it: <c>review/escalated</c>, <c>review/appealed</c> or <c>review/sampled</c>. Only the sampled ones stand for all texts; the others
/// were picked for being doubtful.
/// </param>
public sealed record LabelledText(string Text, string Clause, bool Label, string? Language, string Source);
