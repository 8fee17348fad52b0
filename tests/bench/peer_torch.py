"""The published nets in PyTorch, for bench-peers; see peer.py."""
import torch
from torch import nn

import peer


class LSTM(nn.Module):
    def __init__(self, inputs=9):
        super().__init__()
        self.lstm = nn.LSTM(inputs, 100, batch_first=True)
        self.classify = nn.Sequential(nn.Dropout(0.5), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 6))

    def forward(self, x):
        return self.classify(self.lstm(x)[0][:, -1])


class CNNLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolve = nn.Sequential(
            nn.Conv1d(9, 64, 3), nn.ReLU(), nn.Conv1d(64, 64, 3), nn.ReLU(), nn.Dropout(0.5), nn.MaxPool1d(2)
        )
        self.rest = LSTM(64 * 14)

    def forward(self, x):
        parts = x.reshape(-1, 32, 9).transpose(1, 2)
        return self.rest(self.convolve(parts).reshape(len(x), 4, -1))


class ConvLSTM(nn.Module):
    """conv_lstm2d 64 kernel_size=1,3 activation=relu: the images have one row, so the convolutions
    are of one dimension; the input's are done for all steps at once."""

    def __init__(self):
        super().__init__()
        self.input = nn.Conv1d(9, 4 * 64, 3)
        self.state = nn.Conv1d(64, 4 * 64, 3, padding=1, bias=False)
        self.classify = nn.Sequential(
            nn.Dropout(0.5), nn.Flatten(), nn.Linear(30 * 64, 100), nn.ReLU(), nn.Linear(100, 6)
        )

    def forward(self, x):
        steps = self.input(x.reshape(-1, 32, 9).transpose(1, 2)).reshape(len(x), 4, 4 * 64, 30)
        c = h = None
        for t in range(4):
            z = steps[:, t] if h is None else steps[:, t] + self.state(h)
            gates = torch.clamp(0.2 * z[:, : 3 * 64] + 0.5, 0, 1)
            i, f, o = gates.split(64, 1)
            new = i * torch.relu(z[:, 3 * 64 :])
            c = new if c is None else f * c + new
            h = o * torch.relu(c)
        return self.classify(h)


NETS = {"lstm": LSTM, "cnn-lstm": CNNLSTM, "conv-lstm": ConvLSTM}


class Torch:
    limit = staticmethod(torch.set_num_threads)

    @staticmethod
    def version():
        return "PyTorch " + torch.__version__.split("+")[0]

    def __init__(self, name):
        torch.manual_seed(1)
        self.net = NETS[name]()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=0.001, eps=1e-7)
        self.loss = nn.CrossEntropyLoss()

    def train(self, x, y):
        x, classes = torch.from_numpy(x), torch.from_numpy(y.argmax(1))
        self.net.train()
        total = torch.zeros(())
        for rows in torch.randperm(len(x)).split(peer.BATCH):
            self.optimizer.zero_grad()
            loss = self.loss(self.net(x[rows]), classes[rows])
            loss.backward()
            self.optimizer.step()
            total += loss.detach()
        assert torch.isfinite(total)

    def probabilities(self, x):
        with torch.inference_mode():
            return torch.softmax(self.net(x), 1)

    def predict(self, x):
        self.net.eval()
        rows = torch.from_numpy(x).split(peer.BATCH)
        return torch.cat([self.probabilities(each) for each in rows]).numpy()

    def answers(self, x):
        self.net.eval()
        x = torch.from_numpy(x)
        return [("seconds", lambda: self.probabilities(x).numpy(), 300)]

    def save(self, file):
        torch.save(self.net.state_dict(), file)

    def load(self, file):
        self.net.load_state_dict(torch.load(file))


peer.main(Torch)
