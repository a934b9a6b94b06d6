using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;

namespace Plumbline.Cli.Pipelines;

/// <summary>What a pipeline found, in the three ways that a command shows it.</summary>
/// <param name="Document">The page for people.</param>
/// <param name="Json">The figures for machines.</param>
/// <param name="Write">Writes the figures for a terminal.</param>
internal sealed record PipelineOutcome(ReportDocument Document, JsonObject Json, Action<TextWriter> Write);
