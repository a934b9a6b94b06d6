namespace Plumbline.Feedback.Agreement;

/// <summary>What a rater says of a unit.</summary>
/// <param name="Unit">The name of what was judged.</param>
/// <param name="Rater">The rater's name.</param>
/// <param name="Value">A finite number: a category's number, a grade, a count.</param>
public readonly record struct Judgement(string Unit, string Rater, double Value);
