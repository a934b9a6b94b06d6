using Plumbline.Findings;

namespace Plumbline.Moderation.Refusals;

/// <summary>What <see cref="RefusalClassifier"/> says of an answer.</summary>
/// <param name="Refuses">Whether it declines, in whole or in part, by whatever words.</param>
/// <param name="Score">How much its beginning refuses, in [0, 1]; it refuses from <see cref="RefusalClassifier.Threshold"/> on.</param>
/// <param name="Sentence">The sentence of the beginning that refuses most; null for a text without a sentence.</param>
public readonly record struct RefusalReading(bool Refuses, double Score, TextSpan? Sentence);
