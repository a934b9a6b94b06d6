namespace Plumbline.Evaluation.Principles.Features;

/// <summary>Something about an answer that people can understand and a program can count.</summary>
/// <param name="Id">Its id, such as <c>refusal</c>.</param>
/// <param name="Name">What reports call it.</param>
/// <param name="Measures">How it is counted.</param>
/// <param name="More">The principle, where answers with more of it are preferred.</param>
/// <param name="Less">The principle, where answers with less of it are preferred.</param>
/// <param name="Of">The finite value of an answer.</param>
public sealed record PairFeature(
    string Id,
    string Name,
    string Measures,
    CandidatePrinciple More,
    CandidatePrinciple Less,
    Func<AnswerText, double> Of
);

/// <summary>What a preference for a feature would be called as a clause.</summary>
/// <param name="Id">An id that a constitution may hold, such as <c>prefers_declining</c>.</param>
/// <param name="Text">A sentence, such as <c>Prefer answers that decline.</c></param>
public sealed record CandidatePrinciple(string Id, string Text);
