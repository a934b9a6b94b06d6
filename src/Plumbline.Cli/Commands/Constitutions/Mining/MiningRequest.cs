using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.Cli.Commands.Constitutions.Mining;

/// <summary>What <c>plumb constitution mine</c> was asked for.</summary>
/// <param name="Data">The preferences.</param>
/// <param name="Constitution">What the scores belong to; null for none.</param>
/// <param name="Scores">The scores of clauses; null for none.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Output">The constitution to write; null for none.</param>
/// <param name="Report">The page to write; null for none.</param>
/// <param name="Json">Whether one JSON object is printed.</param>
internal sealed record MiningRequest(
    DatasetOptions Data,
    string? Constitution,
    string? Scores,
    Seed Seed,
    string? Output,
    string? Report,
    bool Json
);
