using Plumbline.Training.Health;

namespace Plumbline.Training.Loop;

/// <summary>How a run ended.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="WeightsFrom">Steps done by the weights that it ended with; fewer than <paramref name="Step"/> where it rolled back.</param>
/// <param name="Alarm">The alarm that ended it; null where it did all its steps.</param>
public sealed record TrainingEnd(long Step, long WeightsFrom, HealthAlarm? Alarm);
