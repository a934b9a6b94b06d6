using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Calibration;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Moderation.Languages;

namespace Plumbline.Moderation.Guarding;

/// <summary>
/// Keeps a constitution: reads a text in every way it can be read, asks detectors from the cheapest on, and decides by the clauses in force. Thread-safe; owns nothing.
/// </summary>
public sealed class Guard : IGuard
{
    private const int MostSituations = 256;

    private readonly GuardParts parts;
    private readonly Canonicalizer canonicalizer;
    private readonly BasisKeeper bases;
    private readonly ConcurrentDictionary<Situation, IReadOnlyList<ClauseRule>> rules = new();

    /// <summary>Puts a guard together.</summary>
    /// <exception cref="InvalidInputException">Options are out of range, or two detectors share a name.</exception>
    public Guard(GuardParts parts)
    {
        this.parts = parts with
        {
            Options = OptionsValidation.ThrowIfInvalid(parts.Options),
            Detectors = [.. parts.Detectors.OrderBy(detector => detector.Cost)],
        };
        if (
            parts.Detectors.GroupBy(detector => detector.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is
            { } twice
        )
        {
            throw new InvalidInputException($"Two detectors are called {twice.Key}.", "Give each a name of its own.");
        }

        canonicalizer = new Canonicalizer(parts.Canonicalizer);
        bases = new BasisKeeper(this.parts);
        ConstitutionHash = Constitutions.ConstitutionHash.Of(parts.Constitution);
    }

    /// <inheritdoc/>
    public string ConstitutionHash { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DriftStatus> Drift => parts.Drift?.Status ?? [];

    internal GuardOptions Options => parts.Options;

    /// <inheritdoc/>
    public async ValueTask<GuardDecision> CheckAsync(GuardRequest request, CancellationToken cancellationToken)
    {
        var assessment =
            request.Text.Length > Options.LongestText ? TooLong() : await AssessAsync(request, cancellationToken).ConfigureAwait(false);
        return await DecideAsync(request, assessment, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IGuardedText Open(GuardRequest request) => new GuardedText(this, request, Options.HoldBack);

    /// <summary>What every detector of texts finds in a text, whatever it costs; those that fail are left out. Nothing is decided: this is what thresholds are calibrated on.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">Its language; null where it is told from the text.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask<IReadOnlyList<(IDetector Detector, IReadOnlyList<Finding> Findings)>> FindingsAsync(
        string text,
        string? language,
        CancellationToken cancellationToken
    )
    {
        var canonical = canonicalizer.Read(text);
        var request = new GuardRequest { Part = GuardedPart.Prompt, Text = text };
        var consultation = new Consultation(
            request,
            canonical,
            language ?? parts.Languages.Identify(canonical.Normalized.Text).Language,
            Options,
            cancellationToken
        );
        foreach (var detector in parts.Detectors.Where(detector => detector.Reads != DetectorReading.Image))
        {
            await consultation.AskAsync(detector, RulesIn(new Situation { Language = language })).ConfigureAwait(false);
        }

        return [.. consultation.Reports.Where(report => !report.Failed).Select(report => (report.Detector, report.Findings))];
    }

    /// <summary>What the guard thinks of a text or an image. Nothing is written down.</summary>
    internal async ValueTask<Assessment> AssessAsync(GuardRequest request, CancellationToken cancellationToken)
    {
        var isImage = request.Image.Length > 0;
        var canonical = isImage ? null : canonicalizer.Read(request.Text);
        var guess = isImage || request.Situation.Language is not null ? default : parts.Languages.Identify(canonical!.Normalized.Text);
        var language = isImage ? null : request.Situation.Language ?? guess.Language;
        var situation = request.Situation with
        {
            Language = language,
            Day = request.Situation.Day ?? Today(),
            Modality = request.Part is GuardedPart.Image or GuardedPart.ImagePrompt ? Modality.Image : request.Situation.Modality,
        };
        var isUnknown = !isImage && language is null && IsSuspicious(guess, Letters(canonical!.Normalized.Text));
        var basis = bases.Begin(situation, isImage, isUnknown, canonical?.IsTruncated ?? false);
        var consultation = new Consultation(request, canonical, language, Options, cancellationToken);
        var inForce = RulesIn(situation);
        var deliberation = new Deliberation(inForce, parts.Thresholds, basis, consultation.Reports);
        Dictionary<string, IReadOnlyList<ClauseRule>>? judges = null;
        foreach (var detector in parts.Detectors)
        {
            var isAsked = (detector.Reads == DetectorReading.Image) == isImage;
            if (isAsked && deliberation.About(detector, Options.AsksAlways(detector)) is { Count: > 0 } about)
            {
                await consultation.AskAsync(detector, about).ConfigureAwait(false);
                if (detector.Cost == DetectorCost.Judge)
                {
                    (judges ??= new(StringComparer.Ordinal)).Add(detector.Name, about);
                }
            }
        }

        return Judged(request, inForce, consultation, deliberation) with
        {
            Basis = bases.Complete(basis, consultation.Reports, judges),
        };
    }

    /// <summary>The language of a text; null for unknown.</summary>
    internal string? LanguageOf(string text) => parts.Languages.Identify(canonicalizer.Read(text).Normalized.Text).Language;

    /// <summary>The decision that an assessment comes to, written down where the guard has a log.</summary>
    internal async ValueTask<GuardDecision> DecideAsync(GuardRequest request, Assessment assessment, CancellationToken cancellationToken)
    {
        var input = request.Image.Length > 0 ? SHA256.HashData(request.Image.Span) : SHA256.HashData(Encoding.UTF8.GetBytes(request.Text));
        var decision = new GuardDecision
        {
            Id = Guid.CreateVersion7(parts.Clock.GetUtcNow()).ToString("N"),
            Time = parts.Clock.GetUtcNow(),
            Part = request.Part,
            Outcome = assessment.Outcome,
            Constitution = ConstitutionHash,
            Input = Convert.ToHexStringLower(input),
            Verdicts = assessment.Verdicts,
            Findings = assessment.Findings,
            Detectors = assessment.Asked.ToDictionary(detector => detector.Name, detector => detector.Version, StringComparer.Ordinal),
            Failed = assessment.Failed,
            Basis = assessment.Basis,
            Language = assessment.Language,
            Exchange = request.Exchange,
            Text = assessment.Passes ? Replacement.Apply(request.Text, assessment.Replacements) : null,
        };
        decision = decision with { Explanation = Explanations.Of(decision, parts.Constitution) };
        if (parts.Log is { } log)
        {
            await log.AppendAsync(decision, cancellationToken).ConfigureAwait(false);
        }

        Compare(assessment);
        return decision;
    }

    /// <summary>What becomes of a text that is longer than what is checked.</summary>
    internal static Assessment TooLong() =>
        new()
        {
            Outcome = GuardOutcome.Refuse,
            Verdicts = [new ClauseVerdict(OwnRules.TooLong, GuardOutcome.Refuse, 1, 1)],
            Findings = [],
            Replacements = [],
            Asked = [],
            Failed = [],
        };

    // Detectors that are only asked under suspicion see texts that were picked, which are never like those of calibration.
    private void Compare(Assessment assessment)
    {
        if (parts.Drift is not { } drift)
        {
            return;
        }

        foreach (var report in assessment.Reports)
        {
            if (!report.Failed && Options.AsksAlways(report.Detector))
            {
                drift.Add(report.Detector, report.Findings, assessment.Language);
            }
        }
    }

    private bool IsSuspicious(LanguageGuess unknown, int letters) =>
        letters >= Options.UnknownLanguageLetters && (letters >= Options.DoubtfulLanguageLetters || unknown.MayBeForeign);

    private static int Letters(string text) => text.Count(char.IsLetter);

    private DateOnly Today() => DateOnly.FromDateTime(parts.Clock.GetUtcNow().UtcDateTime);

    private IReadOnlyList<ClauseRule> RulesIn(Situation situation)
    {
        if (rules.Count > MostSituations)
        {
            rules.Clear();
        }

        return rules.GetOrAdd(situation, static (where, constitution) => ClauseRule.Of(constitution, where), parts.Constitution);
    }

    private Assessment Judged(GuardRequest request, IReadOnlyList<ClauseRule> inForce, Consultation consultation, Deliberation deliberation)
    {
        var reports = consultation.Reports;
        var verdicts = deliberation.Verdicts();
        var outcome = Deliberation.OutcomeOf(verdicts);
        var replaced =
            outcome == GuardOutcome.Transform ? Replacement.Of(request.Text, Facts(verdicts, inForce, consultation), parts.Redaction) : [];
        return new Assessment
        {
            Outcome = outcome,
            Verdicts = verdicts,
            Findings =
            [
                .. reports.SelectMany(report => report.Findings.Select(finding => finding with { Detector = report.Detector.Name })),
            ],
            Replacements = replaced,
            Reports = reports,
            Asked = [.. reports.Select(report => report.Detector)],
            Failed = [.. reports.Where(report => report.Failed).Select(report => report.Detector.Name)],
            Language = consultation.Language,
        };
    }

    // The facts that broke clauses which have them replaced.
    private IEnumerable<Finding> Facts(List<ClauseVerdict> verdicts, IReadOnlyList<ClauseRule> inForce, Consultation consultation)
    {
        var replacing = verdicts
            .Where(verdict => verdict.Outcome == GuardOutcome.Transform)
            .Select(verdict => verdict.Clause)
            .ToHashSet(StringComparer.Ordinal);
        var broken = inForce.Where(rule => replacing.Contains(rule.Id)).ToList();
        return consultation.Reports.SelectMany(report =>
            report.Findings.Where(finding =>
                finding is { IsExact: true, Span: not null, View: null }
                && broken.Any(rule =>
                    rule.Concerns(finding)
                    && finding.Score >= parts.Thresholds.Of(rule.Clause, report.Detector.Name, finding, consultation.Language)
                )
            )
        );
    }
}
