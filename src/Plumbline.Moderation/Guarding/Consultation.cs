using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization;

namespace Plumbline.Moderation.Guarding;

/// <summary>Asks detectors about one text or image, and keeps what they say.</summary>
/// <param name="request">What is asked about.</param>
/// <param name="canonical">The text and its readings; null for an image.</param>
/// <param name="language">The language; null for unknown.</param>
/// <param name="options">How long detectors may take.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class Consultation(
    GuardRequest request,
    CanonicalText? canonical,
    string? language,
    GuardOptions options,
    CancellationToken cancellation
)
{
    private readonly List<DetectorReport> reports = [];
    private DetectorInput? asWritten;

    /// <summary>What the detectors said.</summary>
    public IReadOnlyList<DetectorReport> Reports => reports;

    /// <summary>The language; null for unknown.</summary>
    public string? Language => language;

    /// <summary>Asks a detector. One that fails or takes too long is reported as failed; only the caller's own cancellation ends the consultation.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="about">The rules it is asked about.</param>
    public async ValueTask AskAsync(IDetector detector, IReadOnlyList<ClauseRule> about)
    {
        try
        {
            reports.Add(new DetectorReport(detector, await FindingsAsync(detector, about).ConfigureAwait(false)));
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever a detector fails by, nobody knows what it would have found: the clauses say what follows from that.
            reports.Add(new DetectorReport(detector, [], Failed: true));
        }
    }

    private async ValueTask<IReadOnlyList<Finding>> FindingsAsync(IDetector detector, IReadOnlyList<ClauseRule> about)
    {
        var input = detector.Cost == DetectorCost.Judge ? AsWritten() with { Clauses = [.. about.Select(rule => rule.Id)] } : AsWritten();
        if (detector.Reads != DetectorReading.Views)
        {
            return await AskAsync(detector, input).ConfigureAwait(false);
        }

        List<Finding>? all = null;
        foreach (var view in canonical!.Views)
        {
            var found = await AskAsync(detector, input with { Text = view.Text }).ConfigureAwait(false);
            foreach (var finding in found)
            {
                // Two views may show the same passage.
                var placed = Placed(finding, view);
                if (all?.Contains(placed) is not true)
                {
                    (all ??= []).Add(placed);
                }
            }
        }

        return all ?? (IReadOnlyList<Finding>)[];
    }

    private static Finding Placed(Finding finding, CanonicalView view) =>
        finding with
        {
            Span = finding.Span is { } span ? view.OriginOf(span) : null,
            View = view.Depth == 0 ? null : view.Name,
        };

    private async ValueTask<IReadOnlyList<Finding>> AskAsync(IDetector detector, DetectorInput input)
    {
        var pending = detector.DetectAsync(input, cancellation);
        if (pending.IsCompleted)
        {
            return await pending.ConfigureAwait(false);
        }

        return await pending.AsTask().WaitAsync(TimeSpan.FromSeconds(options.DetectorSeconds), cancellation).ConfigureAwait(false);
    }

    private DetectorInput AsWritten() =>
        asWritten ??= new DetectorInput
        {
            Part = request.Part,
            Text = request.Text,
            Image = request.Image,
            Language = language,
            Conversation = request.Conversation,
            Sources = request.Sources,
        };
}
