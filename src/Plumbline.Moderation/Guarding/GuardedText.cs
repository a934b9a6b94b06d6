namespace Plumbline.Moderation.Guarding;

/// <summary>A guarded stream: every window is assessed before what stands in it leaves, and the whole at the end.</summary>
/// <param name="guard">Who decides.</param>
/// <param name="request">What is known of the text.</param>
/// <param name="options">How much is held back.</param>
internal sealed class GuardedText(Guard guard, GuardRequest request, HoldBackOptions options) : IGuardedText
{
    // Enough to tell a language by, and the same work for every window however long the text is.
    private const int LanguageUnits = 2048;

    private readonly HoldBack held = new(options);
    private string? language;
    private bool isOver;

    /// <inheritdoc/>
    public string Text => held.Text;

    /// <inheritdoc/>
    public async ValueTask<GuardedPiece> AddAsync(string piece, CancellationToken cancellationToken)
    {
        ThrowIfOver();
        held.Add(piece);
        if (held.Length > guard.Options.LongestText)
        {
            return await StopAsync(Guard.TooLong(), 0, cancellationToken).ConfigureAwait(false);
        }

        while (held.Next() is { } next)
        {
            if (await AssessAsync(next, cancellationToken).ConfigureAwait(false) is { } stopped)
            {
                return stopped;
            }
        }

        return new GuardedPiece(held.Release(), null);
    }

    /// <inheritdoc/>
    public async ValueTask<GuardedPiece> EndAsync(CancellationToken cancellationToken)
    {
        ThrowIfOver();
        if (held.Rest() is { } rest && await AssessAsync(rest, cancellationToken).ConfigureAwait(false) is { } stopped)
        {
            return stopped;
        }

        isOver = true;
        var whole = request with { Text = held.Text };
        var assessment = await guard.AssessAsync(whole, cancellationToken).ConfigureAwait(false);
        if (!assessment.Passes)
        {
            return await StopAsync(assessment, 0, cancellationToken).ConfigureAwait(false);
        }

        held.Pass(assessment.Replacements);
        var decision = await guard.DecideAsync(whole, assessment, cancellationToken).ConfigureAwait(false);
        return new GuardedPiece(held.ReleaseAll(), decision);
    }

    private async ValueTask<GuardedPiece?> AssessAsync((int Start, string Window) next, CancellationToken cancellationToken)
    {
        // A window may be a list of names or a piece of code: its language is that of the text it stands in.
        language ??= request.Situation.Language ?? guard.LanguageOf(held.Recent(LanguageUnits));
        var window = request with { Text = next.Window, Situation = request.Situation with { Language = language } };
        var assessment = await guard.AssessAsync(window, cancellationToken).ConfigureAwait(false);
        if (!assessment.Passes)
        {
            return await StopAsync(assessment, next.Start, cancellationToken).ConfigureAwait(false);
        }

        held.Pass([.. assessment.Replacements.Select(one => one with { Span = new(one.Span.Start + next.Start, one.Span.Length) })]);
        return null;
    }

    // What is written down is the text as far as it came, with what was found at its places there.
    private async ValueTask<GuardedPiece> StopAsync(Assessment assessment, int start, CancellationToken cancellationToken)
    {
        isOver = true;
        var moved = assessment with
        {
            Findings =
            [
                .. assessment.Findings.Select(finding =>
                    finding.Span is { } span ? finding with { Span = new(span.Start + start, span.Length) } : finding
                ),
            ],
        };
        return new GuardedPiece(
            string.Empty,
            await guard.DecideAsync(request with { Text = held.Text }, moved, cancellationToken).ConfigureAwait(false)
        );
    }

    private void ThrowIfOver()
    {
        if (isOver)
        {
            throw new InvalidOperationException("The guarded text has ended.");
        }
    }
}
