namespace Plumbline.Feedback.Annotators;

/// <summary>What class a rater says that an item is of.</summary>
/// <param name="Item">The item's name.</param>
/// <param name="Rater">The rater's name.</param>
/// <param name="Class">The class's name.</param>
public readonly record struct Label(string Item, string Rater, string Class);
